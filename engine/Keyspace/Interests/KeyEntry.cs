namespace Pkv.Engine.Keyspace.Interests;

/// <summary>A key that somebody is interested in, or that is pinned; its bytes follow. In memory of its own.</summary>
internal unsafe struct KeyEntry
{
    /// <summary>The next one of its bucket.</summary>
    public KeyEntry* Next;

    /// <summary>Those who are interested, in the order in which they came.</summary>
    public KeyPlace* First, Last;

    public ulong Hash;
    public int Database;
    public int Length;

    /// <summary>Places of <see cref="First"/>.</summary>
    public int Places;

    /// <summary>Holders of the entry's address who are not in <see cref="First"/>.</summary>
    public int Pins;

    /// <summary>The key's bytes.</summary>
    public static byte* Data(KeyEntry* entry) => (byte*)(entry + 1);

    public static ReadOnlySpan<byte> Key(KeyEntry* entry) => new(Data(entry), entry->Length);
}
