using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Recovery;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// The next commands of a victim, parsed before they are looked at so that what tells which of them live is on its way by then: first their
/// stripes, then the home buckets, then what overflowed from those. Of records of 1 KiB in a large index, waiting for these was
/// a third of what a moved one cost. Owner thread only.
/// </summary>
internal sealed unsafe class RecordGroup : IDisposable
{
    private const int MaxCommands = 64;

    private readonly KeyspaceState _keyspace;
    private readonly ReplayDecoder _decoder;
    private readonly byte* _pool;
    private readonly bool _alone;
    private RecordItem[] _items = new RecordItem[MaxCommands];
    private int _count;
    private byte* _start;
    private ulong _number;

    public RecordGroup(EngineState engine)
    {
        _keyspace = engine.Keyspace;
        _pool = engine.Keyspace.PoolBase;
        _alone = engine.Options.IoThreads == 1;
        _decoder = new ReplayDecoder(Add) { EmitsGlobals = true };
    }

    /// <summary>In the order of the log.</summary>
    public ReadOnlySpan<RecordItem> Items => _items.AsSpan(0, _count);

    /// <summary>Behind the last command's last byte.</summary>
    public byte* End { get; private set; }

    /// <summary>Number of the command at <see cref="End"/>.</summary>
    public ulong EndNumber { get; private set; }

    /// <summary>Reads commands from <see cref="CleanedRange.Next"/> on that begin before <paramref name="until"/>. False: one cannot be parsed.</summary>
    public bool TryRead(in CleanedRange range, byte* until)
    {
        RecoveredEntry entry = new() { Database = (ushort)range.Database, TimeMs = range.TimeMs };
        byte* p = range.Next;
        ulong number = range.Sequence;
        _count = 0;
        for (int i = 0; i < MaxCommands && p < until; i++)
        {
            _start = p;
            _number = number++;
            if (!TryReadPlainSet(range, ref p) && _decoder.DecodeNext(entry, _number, ref p, range.End) is not null)
                return false;
        }
        Debug.Assert(p <= range.End && p >= range.Next, "commands end within their range");
        AskForBuckets();
        End = p;
        EndNumber = number;
        return true;
    }

    public void Dispose() => _decoder.Dispose();

    // "SET key value" as nearly every client, and the cleaner, writes it: nothing to parse but two lengths. The entry's checksum
    // has vouched for the bytes.
    private bool TryReadPlainSet(in CleanedRange range, ref byte* p)
    {
        ReadOnlySpan<byte> header = Effects.PlainSetHeader;
        if (range.End - p < header.Length || !new ReadOnlySpan<byte>(p, header.Length).SequenceEqual(header))
            return false;
        byte* keyBulk = p + header.Length;
        byte* key = BulkString.Data(keyBulk, out int length);
        p = BulkString.Next(key + length + 2);
        // Field by field: built elsewhere and copied here, it would be read back before it is written.
        ref ReplayOp op = ref Next();
        op.Hash = KeyHash.Of(key, length);
        op.KeyBulk = keyBulk;
        op.ExpiryMs = -1;
        op.Database = (ushort)range.Database;
        op.Action = ReplayAction.Set;
        op.Kind = ValueKind.String;
        op.Verb = default;
        op.Bulks = 0;
        op.Number = 0;
        AskForStripe();
        return true;
    }

    private void Add(ReplayOp op)
    {
        Next() = op;
        AskForStripe();
    }

    private ref ReplayOp Next()
    {
        if (_count == _items.Length)
            Array.Resize(ref _items, _count * 2);
        ref RecordItem item = ref _items[_count++];
        item.Start = _start;
        item.Number = _number;
        return ref item.Op;
    }

    private void AskForStripe()
    {
        ref RecordItem item = ref _items[_count - 1];
        item.Stripe = _keyspace.DatabaseAt(item.Op.Database, item.Number).StripeOf(item.Op.Hash);
        Stripe.Prefetch(item.Stripe);
    }

    private void AskForBuckets()
    {
        foreach (ref readonly RecordItem item in Items)
            StripeIndex.Prefetch(item.Stripe, item.Op.Hash);
        foreach (ref readonly RecordItem item in Items)
        {
            // Another thread may be growing the stripe: its buckets must not be read without the lock.
            if (!_alone && !item.Stripe->TryEnterAtOnce())
                continue;
            StripeIndex.PrefetchOverflow(item.Stripe, item.Op.Hash, (ulong)(item.Op.KeyBulk - _pool));
            if (!_alone)
                item.Stripe->Exit();
        }
    }
}
