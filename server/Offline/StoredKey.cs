using System.Text;
using Pkv.Engine.Commands.Keys;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Server.Offline;

/// <summary>A key of a pool without a running server, in place. Valid as long as its <see cref="OfflinePool"/> is open.</summary>
public readonly unsafe struct StoredKey
{
    private readonly byte* _keyBulk;
    private readonly byte* _pool;
    private readonly Collection* _collection;

    internal StoredKey(int database, byte* pool, ulong address, ValueKind kind, long expiryMs)
    {
        Database = database;
        _pool = pool;
        _keyBulk = StripeIndex.KeyBulk(address, pool);
        _collection = kind >= ValueKind.Hash ? Collection.At(address) : null;
        Kind = kind;
        ExpiryMs = expiryMs;
    }

    public int Database { get; }

    public ValueKind Kind { get; }

    /// <summary>Unix ms, or -1.</summary>
    public long ExpiryMs { get; }

    public ReadOnlySpan<byte> Key => DataOf(_keyBulk);

    /// <summary>The value's bytes (strings); a copy if they are in pieces.</summary>
    /// <exception cref="InvalidOperationException">The key holds a collection.</exception>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            RequireString();
            return IsPieces ? Gather().AsSpan()[BulkString.HeaderBytes((int)_collection->Length)..^2] : DataOf(Cell.ValueBulk(_keyBulk, Kind));
        }
    }

    /// <summary>The bulk strings of key and value, framed and each contiguous (strings); a copy if the value is in pieces.</summary>
    /// <exception cref="InvalidOperationException">The key holds a collection.</exception>
    public void Frames(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        RequireString();
        key = new ReadOnlySpan<byte>(_keyBulk, (int)(BulkString.Next(_keyBulk) - _keyBulk));
        byte* valueBulk = IsPieces ? null : Cell.ValueBulk(_keyBulk, Kind);
        value = IsPieces ? Gather() : new ReadOnlySpan<byte>(valueBulk, (int)(BulkString.Next(valueBulk) - valueBulk));
    }

    /// <summary>The value is a string.</summary>
    public bool IsString => _collection == null || IsPieces;

    /// <summary>The type as the command TYPE names it.</summary>
    public string TypeName => Encoding.ASCII.GetString(ValueTypes.NameOf(Kind));

    /// <summary>Elements of a collection; 1 for a string.</summary>
    public long Count => IsString ? 1 : _collection->Count;

    /// <summary>Bytes that the value takes: of a string its length, of a collection about what its elements need in the log.</summary>
    public long ValueBytes => IsPieces ? _collection->Length : IsString ? Value.Length : _collection->LogBytes;

    /// <summary>The command that puts elements of this kind, one or several at once (collections).</summary>
    public ReadOnlySpan<byte> PutCommand => Kind == ValueKind.List ? "RPUSH"u8 : RecordVerbs.NameOf(RecordVerbs.PutOf(Kind));

    /// <summary>Arguments of one element in that command.</summary>
    public int ArgumentsPerElement => Kind is ValueKind.Hash or ValueKind.SortedSet ? 2 : 1;

    /// <summary>The value is a stream: see <see cref="VisitEntries"/>.</summary>
    public bool IsStream => Kind == ValueKind.Stream;

    /// <summary>What a stream tells of itself: its last ID, how many entries it ever had, the largest ID that was deleted.</summary>
    public (StreamId LastId, ulong Added, StreamId MaxDeletedId) StreamSummary
    {
        get
        {
            RequireStream();
            return (_collection->Stream->LastId, _collection->Stream->Added, _collection->Stream->MaxDeletedId);
        }
    }

    /// <summary>Calls <paramref name="visit"/> for every entry of a stream, in order.</summary>
    /// <exception cref="InvalidOperationException">The key holds no stream.</exception>
    public void VisitEntries(StoredEntryVisitor visit)
    {
        RequireStream();
        for (ElementCursor cursor = new(_collection->Elements); cursor.IsValid; cursor.MoveNext())
        {
            Element entry = cursor.Element;
            byte* fields = StreamEntry.Fields(entry, _pool);
            visit(new StoredEntry
            {
                Id = StreamEntry.IdOf(entry, _pool),
                Pairs = StreamEntry.Pairs(entry),
                Frames = new ReadOnlySpan<byte>(fields, (int)(StreamEntry.End(entry, _pool) - fields)),
            });
        }
    }

    /// <summary>Calls <paramref name="visit"/> for every element (collections other than streams): a list's and a sorted set's in order.</summary>
    /// <exception cref="InvalidOperationException">The key holds a string.</exception>
    public void VisitElements(StoredElementVisitor visit)
    {
        if (IsString || IsStream)
            throw new InvalidOperationException($"a {TypeName} has no elements");
        for (ElementCursor cursor = new(_collection->Elements); cursor.IsValid; cursor.MoveNext())
        {
            byte* bulk = cursor.Bulk(_pool);
            byte* first = Kind == ValueKind.SortedSet ? ElementBulk.ScoreBulk(bulk) : bulk;
            byte* second = ArgumentsPerElement == 2 ? BulkString.Next(first) : null;
            visit(new StoredElement
            {
                First = DataOf(first),
                Second = second == null ? default : DataOf(second),
                Frames = new ReadOnlySpan<byte>(first, (int)(BulkString.Next(second == null ? first : second) - first)),
            });
        }
    }

    /// <summary>The key's bulk string.</summary>
    public ReadOnlySpan<byte> KeyFrame => new(_keyBulk, (int)(BulkString.Next(_keyBulk) - _keyBulk));

    // A collection's key is not followed by a value: reading one there leaves the mapping.
    private void RequireString()
    {
        if (!IsString)
            throw new InvalidOperationException($"a {TypeName} has no string value");
    }

    private void RequireStream()
    {
        if (!IsStream)
            throw new InvalidOperationException($"a {TypeName} has no entries");
    }

    private bool IsPieces => Kind == ValueKind.Pieces;

    private byte[] Gather()
    {
        StoredString value = new(_collection, _pool);
        byte[] frame = new byte[BulkString.BulkBytes(value.Length)];
        fixed (byte* p = frame)
        {
            byte* data = BulkString.WriteHeader(p, value.Length);
            value.CopyTo(0, new Span<byte>(data, value.Length));
        }
        "\r\n"u8.CopyTo(frame.AsSpan()[^2..]);
        return frame;
    }

    private static ReadOnlySpan<byte> DataOf(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
