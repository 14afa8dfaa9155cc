using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;

namespace Pkv.Server.Blocking;

/// <summary>A key that has come to hold values of a kind that clients wait for. Its entry is pinned, until <see cref="BlockingTable.LetGo"/>.</summary>
public readonly unsafe struct ReadyKey
{
    internal ReadyKey(KeyEntry* entry, ValueKind kind)
    {
        Entry = entry;
        Kind = kind;
    }

    public ValueKind Kind { get; }

    internal KeyEntry* Entry { get; }

    public ReadOnlySpan<byte> Key => KeyEntry.Key(Entry);
}
