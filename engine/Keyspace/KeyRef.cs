using Pkv.Resp;

namespace Pkv.Engine.Keyspace;

/// <summary>A key to look at: its bytes, its hash and the stripe it belongs to. Valid while the command runs.</summary>
public unsafe struct KeyRef
{
    public Database Database;
    public Stripe* Stripe;
    public ulong Hash;
    public byte* Data;
    public int Length;

    public readonly ReadOnlySpan<byte> Span => new(Data, Length);
}

/// <summary>A key that was found, and where its value is. Valid while the stripe's lock is held and nothing is written.</summary>
public unsafe struct Entry
{
    public ulong* Slot;
    public ValueKind Kind;

    /// <summary>The key's bulk string: in the pool, or with its collection.</summary>
    public byte* KeyBulk;

    /// <summary>Unix ms, or -1.</summary>
    public long ExpiryMs;

    /// <summary>The native object: a collection, or a string of pieces; null: the value is a string in one stretch.</summary>
    public Collections.Collection* Collection;

    /// <summary>The value is a string, in one stretch or in pieces.</summary>
    public readonly bool IsString => Kind is <= ValueKind.RawString or ValueKind.Pieces;

    /// <summary>The value is a string of pieces.</summary>
    public readonly bool IsPieces => Kind == ValueKind.Pieces;

    /// <summary>The value's bulk string (strings in one stretch).</summary>
    public readonly byte* ValueBulk => Cell.ValueBulk(KeyBulk, Kind);

    /// <summary>The value's bytes (strings in one stretch).</summary>
    public readonly ReadOnlySpan<byte> Value
    {
        get
        {
            byte* data = BulkString.Data(ValueBulk, out int length);
            return new ReadOnlySpan<byte>(data, length);
        }
    }
}
