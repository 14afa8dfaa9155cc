using Pkv.Server.Keyspace;

namespace Pkv.Server.Offline;

/// <summary>A key of a pool that nobody serves, where it lies. Valid as long as its <see cref="OfflinePool"/> is open.</summary>
public readonly unsafe struct StoredKey
{
    private readonly byte* _keyBulk;

    internal StoredKey(int database, byte* keyBulk, ValueKind kind, long expiryMs)
    {
        Database = database;
        _keyBulk = keyBulk;
        Kind = kind;
        ExpiryMs = expiryMs;
    }

    public int Database { get; }

    public ValueKind Kind { get; }

    /// <summary>Unix ms, or -1.</summary>
    public long ExpiryMs { get; }

    public ReadOnlySpan<byte> Key => DataOf(_keyBulk);

    /// <summary>The value's bytes (strings).</summary>
    public ReadOnlySpan<byte> Value => DataOf(Cell.ValueBulk(_keyBulk, Kind));

    /// <summary>The key's bulk string and its value's, framed, as one stretch each (strings).</summary>
    public void Frames(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        byte* valueBulk = Cell.ValueBulk(_keyBulk, Kind);
        key = new ReadOnlySpan<byte>(_keyBulk, (int)(Cell.Next(_keyBulk) - _keyBulk));
        value = new ReadOnlySpan<byte>(valueBulk, (int)(Cell.Next(valueBulk) - valueBulk));
    }

    private static ReadOnlySpan<byte> DataOf(byte* bulk)
    {
        byte* data = Cell.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
