using Pkv.Resp;


namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Walks the elements that a record puts, in its order.</summary>
internal unsafe struct RecordElements
{
    private readonly RecordVerb _verb;
    private readonly ulong _number;
    private readonly int _elements;
    private byte* _next;
    private ulong _run;
    private int _index = -1;

    /// <param name="verb">One that puts.</param>
    /// <param name="bulk">The first bulk string behind the key.</param>
    /// <param name="bulks">How many there are.</param>
    /// <param name="number">The command's Lamport number: pushes take their ordinals from it.</param>
    public RecordElements(RecordVerb verb, byte* bulk, int bulks, ulong number)
    {
        _verb = verb;
        _number = number;
        _next = bulk;
        _elements = bulks / RecordVerbs.BulksPerElement(verb);
        if (verb == RecordVerb.PutRun)
        {
            _run = OrdinalKey(bulk) - ListOrdinals.RunStep;
            _next = BulkString.Next(bulk);
            _elements--;
        }
    }

    /// <summary>Elements in the record.</summary>
    public readonly int Count => _elements;

    /// <summary>Of the current one.</summary>
    public readonly int Index => _index;

    /// <summary>The element's bulk string: field, member or value.</summary>
    public byte* Bulk { get; private set; }

    /// <summary>Of a list's element.</summary>
    public ulong SortKey { get; private set; }

    /// <summary>The end of what was walked.</summary>
    public readonly byte* End => _next;

    public bool MoveNext()
    {
        if (++_index >= _elements)
            return false;
        switch (_verb)
        {
            case RecordVerb.PutFields:
                Bulk = _next;
                _next = BulkString.Next(BulkString.Next(_next));
                break;
            case RecordVerb.PutMembers:
                Bulk = _next;
                _next = BulkString.Next(_next);
                break;
            case RecordVerb.PutScored:
                Bulk = BulkString.Next(_next);
                _next = BulkString.Next(Bulk);
                break;
            case RecordVerb.PutPlaced:
                SortKey = OrdinalKey(_next);
                Bulk = BulkString.Next(_next);
                _next = BulkString.Next(Bulk);
                break;
            case RecordVerb.PutRun:
                SortKey = _run += ListOrdinals.RunStep;
                Bulk = _next;
                _next = BulkString.Next(_next);
                break;
            default:
                SortKey = SortKeys.FromOrdinal(ListOrdinals.OfPush(_number, _index, _verb == RecordVerb.PushHead));
                Bulk = _next;
                _next = BulkString.Next(_next);
                break;
        }
        return true;
    }

    /// <summary>The sort key that an ordinal's bulk string tells.</summary>
    public static ulong OrdinalKey(byte* bulk)
    {
        byte* text = BulkString.Data(bulk, out int length);
        return SortKeys.FromOrdinal(Integers.TryParse(new ReadOnlySpan<byte>(text, length), out long ordinal) ? ordinal : 0);
    }
}
