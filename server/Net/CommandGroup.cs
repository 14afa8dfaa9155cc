using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Server.Net;

/// <summary>
/// The next commands of a pipeline, parsed ahead of their execution so that the memory they will touch is on its
/// way when they run: first their stripes, then the buckets, then the keys that the index points at, and of collections what
/// their elements are found by. At a hundred thousand keys this took a third off the CPU of a small SET, which is otherwise spent waiting for old keys.
/// </summary>
internal sealed unsafe class CommandGroup(ServerState server, ArgList args, StripeLocks locks)
{
    /// <summary>Loads under way at once: about what the core's line fill buffers take.</summary>
    public const int MaxCommands = 16;

    private readonly ParsedCommand[] _items = new ParsedCommand[MaxCommands];
    private readonly bool _alone = server.Options.IoThreads == 1;
    private readonly byte* _pool = server.Keyspace.PoolBase;

    private bool _hasCollections;

    public int Count { get; private set; }

    /// <summary>Why parsing stopped: incomplete or invalid input, or (complete) the end of input or a full group.</summary>
    public ParseResult Last { get; private set; }

    public ref readonly ParsedCommand this[int index] => ref _items[index];

    /// <summary>Parses up to <paramref name="max"/> commands of [p, end); returns where the rest begins.</summary>
    public byte* Parse(byte* p, byte* end, in ParseLimits limits, int max, Database database)
    {
        Count = 0;
        _hasCollections = false;
        args.Reset();
        ParseResult result = default;
        while (p < end && Count < max)
        {
            args.Next();
            result = RespParser.Parse(p, end, args, limits);
            if (result.Status != ParseStatus.Complete)
                break;
            if (args.Count > 0)
                Add(p, result.Consumed, database);
            p += result.Consumed;
        }
        Last = result;
        // What a suspended command has of all stripes may be half gone, and those of a single I/O thread are not locked for it.
        if (Count > 1 && !locks.OthersHoldAll)
            PrefetchKeys();
        return p;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(byte* start, long bytes, Database database)
    {
        ref ParsedCommand item = ref _items[Count++];
        item.Start = start;
        item.Bytes = bytes;
        item.FirstArg = args.Start;
        item.ArgCount = args.Count;
        item.Spec = CommandTable.Find(args.Items[0].Span);
        item.Stripe = null;
        int keyArg = item.Spec is { } spec ? spec.FirstKey : 0;
        if (keyArg == 0 || keyArg >= args.Count)
            return;
        Arg* key = args.Items + keyArg;
        key->Hash = KeyHash.Of(key->Data, key->Length);
        key->Hashed = true;
        item.Hash = key->Hash;
        // A database that was never used is made by whoever locks its keys.
        if (!database.IsMade)
            return;
        item.Stripe = database.StripeOf(key->Hash);
        _hasCollections |= item.Spec!.Group is >= Pkv.Engine.Table.CommandGroup.List and <= Pkv.Engine.Table.CommandGroup.SortedSet;
        Stripe.Prefetch(item.Stripe);
    }

    private void PrefetchKeys()
    {
        for (int i = 0; i < Count; i++)
        {
            if (_items[i].Stripe != null)
                StripeIndex.Prefetch(_items[i].Stripe, _items[i].Hash);
        }
        for (int i = 0; i < Count; i++)
        {
            Stripe* stripe = _items[i].Stripe;
            if (stripe == null)
                continue;
            // Another thread may be growing the stripe: its buckets must not be read without the lock.
            if (!MayLook(stripe))
                continue;
            StripeIndex.PrefetchKey(stripe, _items[i].Hash, _pool);
            if (!_alone)
                stripe->Exit();
        }
        // Another thread may be freeing a collection: only under its stripe's lock is it there.
        for (int i = 0; i < Count && _hasCollections; i++)
        {
            Stripe* stripe = _items[i].Stripe;
            if (stripe == null || !MayLook(stripe))
                continue;
            StripeIndex.PrefetchElements(stripe, _items[i].Hash, _pool);
            if (!_alone)
                stripe->Exit();
        }
    }

    // A single I/O thread locks nothing, but what its suspended commands hold is marked.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayLook(Stripe* stripe) => _alone ? stripe->IsFree : stripe->TryEnterAtOnce();
}
