using Pkv.Resp;

namespace Pkv.Engine.Rdb;

/// <summary>
/// Reads the items of a stream's node: how many entries it holds, how many of them are deleted, the names of its fields, 0; then for each
/// entry flags, how far its ID is from the node's, its values (with names of its own where those are others), and how many items that were.
/// </summary>
internal sealed unsafe class RdbStreamNode(IRdbEntries entries) : IDisposable
{
    private const long Deleted = 1, SameFields = 2;

    private readonly KeptBytes _kept = new();
    private readonly List<(nint Data, int Length)> _fields = [];
    private Expected _expected;
    private ulong _ms, _seq, _entryMs, _entrySeq;
    private long _held, _deleted, _left, _flags, _pairs, _items;
    private string? _error;

    private enum Expected
    {
        Held,
        DeletedCount,
        FieldCount,
        Field,
        EndOfHead,
        Flags,
        MsStep,
        SeqStep,
        OwnFieldCount,
        Part,
        ItemCount,
    }

    /// <summary>Entries of all nodes so far.</summary>
    public ulong Entries { get; private set; }

    /// <summary>The ID of the last entry.</summary>
    public ulong LastMs { get; private set; }

    /// <inheritdoc cref="LastMs"/>
    public ulong LastSeq { get; private set; }

    /// <summary>A node begins.</summary>
    public void Begin(ulong ms, ulong seq)
    {
        (_ms, _seq, _expected) = (ms, seq, Expected.Held);
        _fields.Clear();
        _kept.Clear();
    }

    /// <summary>The node is through. What is wrong with it, or null.</summary>
    public string? End() => _error ?? (_expected == Expected.Flags && _held == 0 && _deleted == 0 ? null : "a node of a stream that does not hold what it says");

    public void Add(ReadOnlySpan<byte> item)
    {
        if (_error is not null)
            return;
        switch (_expected)
        {
            case Expected.Field:
                _fields.Add(((nint)_kept.Keep(item), item.Length));
                if (--_left == 0)
                    _expected = Expected.EndOfHead;
                return;
            case Expected.Part:
                AddPart(item);
                return;
        }
        if (Integers.TryParse(item, out long number))
            AddNumber(number);
        else
            _error = "a node of a stream with a text in place of a number";
    }

    public void Dispose() => _kept.Dispose();

    private void AddNumber(long number)
    {
        switch (_expected++)
        {
            case Expected.Held:
                _held = number;
                break;
            case Expected.DeletedCount:
                _deleted = number;
                break;
            case Expected.FieldCount:
                _left = Require(number > 0, number);
                break;
            case Expected.EndOfHead:
                Require(number == 0, number);
                break;
            case Expected.Flags:
                _flags = Require(number is >= 0 and <= (Deleted | SameFields), number);
                break;
            case Expected.MsStep:
                _entryMs = _ms + (ulong)number;
                break;
            case Expected.SeqStep:
                _entrySeq = _seq + (ulong)number;
                if ((_flags & SameFields) != 0)
                    BeginEntry(_fields.Count, items: _fields.Count + 3L);
                break;
            case Expected.OwnFieldCount:
                BeginEntry(Require(number is > 0 and < int.MaxValue, number), items: 2 * number + 4);
                break;
            default:
                Require(number == _items, number);
                _expected = Expected.Flags;
                break;
        }
    }

    private long Require(bool isSound, long number)
    {
        if (!isSound)
            _error = $"a node of a stream with the number {number} where it cannot be";
        return number;
    }

    private void BeginEntry(long pairs, long items)
    {
        if (_error is not null)
            return;
        bool isDeleted = (_flags & Deleted) != 0;
        (_pairs, _items, _expected) = (pairs, items, Expected.Part);
        _left = (_flags & SameFields) != 0 ? pairs : 2 * pairs;
        Require((isDeleted ? --_deleted : --_held) >= 0, _held);
        if (isDeleted || _error is not null)
            return;
        bool rises = Entries == 0 || _entryMs > LastMs || (_entryMs == LastMs && _entrySeq > LastSeq);
        if (!rises || (_entryMs == 0 && _entrySeq == 0))
        {
            _error = "a stream whose IDs do not rise";
            return;
        }
        (LastMs, LastSeq) = (_entryMs, _entrySeq);
        Entries++;
        entries.Begin(_entryMs, _entrySeq, pairs);
    }

    private void AddPart(ReadOnlySpan<byte> item)
    {
        if ((_flags & Deleted) == 0)
        {
            if ((_flags & SameFields) != 0)
            {
                (nint data, int length) = _fields[(int)(_pairs - _left)];
                entries.Add(new ReadOnlySpan<byte>((void*)data, length));
            }
            entries.Add(item);
        }
        if (--_left == 0)
            _expected = Expected.ItemCount;
    }
}
