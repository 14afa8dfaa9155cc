using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pkv.Engine.Keyspace;
using Pkv.Persistence.Log;

namespace Pkv.Engine.Execution;

/// <summary>
/// The stripes that one I/O thread has locked for the command it runs, and its Lamport clock. The rule that
/// keeps recovery exact: a command runs only on state that is already committed. Whoever meets a stripe whose
/// last writer has not committed yet commits its own batch (so that nobody can wait for it in turn) and waits.
/// With a single I/O thread nothing is locked and nobody waits, but for inner turns.
/// </summary>
/// <remarks>
/// Nobody waits long in here: what a stripe's holder keeps for longer than most commands take is left alone (<see cref="TryEnter"/>),
/// and the command is offered again later; who cannot be offered again serves other connections until it is free.
/// </remarks>
public sealed unsafe class StripeLocks : IDisposable
{
    private const int MaxCommitSpins = 100;

    private readonly LogWriter[] _writers;
    private readonly Action _commitOwn;
    private readonly bool _alone;
    private int _writer;
    private bool _shared;
    private int _suspended;
    private int _suspendedWithAll;
    private nint* _held;
    private int _capacity = 64;
    private int _count;
    private long _sequence;

    /// <param name="thread">This I/O thread's number.</param>
    /// <param name="writers">The log writers of all I/O threads.</param>
    /// <param name="commitOwn">Commits this thread's batch.</param>
    /// <param name="threads">How many I/O threads there are; by default one for each writer.</param>
    public StripeLocks(int thread, LogWriter[] writers, Action commitOwn, int threads = 0)
    {
        _writer = thread;
        _writers = writers;
        _commitOwn = commitOwn;
        _alone = (threads == 0 ? writers.Length : threads) == 1;
        _shared = !_alone;
        _held = (nint*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(nint));
    }

    /// <summary>
    /// The highest command number this thread has given or seen. Never below the clock of a stripe it holds, so
    /// the next number is legal for all of them.
    /// </summary>
    public ulong LastSequence
    {
        get => (ulong)_sequence;
        set
        {
            Debug.Assert((long)value >= _sequence, "numbers only rise");
            _sequence = (long)value;
        }
    }

    /// <summary>Times that a command had to wait for another thread's commit.</summary>
    public long ConflictWaits { get; private set; }

    /// <summary>Every stripe of every database is held (EXEC over whole databases): entering one is a no-op.</summary>
    public bool HoldsAll { get; private set; }

    /// <summary>Set by the owner when replies must wait for the device: <see cref="SawUndurable"/> is then kept.</summary>
    public bool WatchesDurability { get; set; }

    /// <summary>Reads may tell of what the device does not have yet, though writes wait: their client did not ask for more.</summary>
    public bool ReadsAhead { get; set; }

    /// <summary>A stripe was entered whose last write the device does not have yet. Cleared by the owner.</summary>
    public bool SawUndurable { get; set; }

    /// <summary>Stripes held.</summary>
    public int Count => _count;

    /// <summary>Called while a stripe is waited for that its holder keeps: serves others. No stripe is held meanwhile.</summary>
    public Action? Await { get; init; }

    /// <summary>A stripe that was not to be had the last time; null: it was not a single one.</summary>
    public Stripe* Busy { get; private set; }

    /// <summary>Commands that are suspended for the inner turn that is under way hold stripes: nothing may wait for any.</summary>
    public bool OthersHold => _suspended != 0;

    /// <summary>One of them holds all.</summary>
    public bool OthersHoldAll => _suspendedWithAll != 0;

    /// <summary>What is not to be had is not a single stripe.</summary>
    public void ForgetBusy() => Busy = null;

    /// <summary>Which of the writers notes what this thread writes.</summary>
    public int Writer
    {
        set => _writer = value;
    }

    /// <summary>Locks one more stripe. Several at once must come through <see cref="EnterAll"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(Stripe* stripe)
    {
        Debug.Assert(_count < _capacity, "several stripes at once come through EnterAll");
        if (_shared)
            EnterShared(stripe);
        _held[_count++] = (nint)stripe;
        Observe(stripe);
    }

    /// <summary>As <see cref="Enter"/>; false, if its holder or its last writer takes long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(Stripe* stripe)
    {
        Debug.Assert(_count < _capacity, "several stripes at once come through EnterAll");
        if (_shared && !TryEnterShared(stripe))
            return false;
        _held[_count++] = (nint)stripe;
        Observe(stripe);
        return true;
    }

    /// <summary>As <see cref="TryEnter"/>, without any waiting: for work that may as well be done another time.</summary>
    public bool TryEnterAtOnce(Stripe* stripe)
    {
        Debug.Assert(_count < _capacity, "several stripes at once come through EnterAll");
        // A single I/O thread's stripes are not marked where the suspended command holds all.
        if (_shared && (OthersHoldAll || !stripe->TryEnterAtOnce()))
            return false;
        if (_shared && IsPending(stripe))
        {
            stripe->Exit();
            return false;
        }
        _held[_count++] = (nint)stripe;
        Observe(stripe);
        return true;
    }

    /// <summary>Whether this stripe is locked for the running command.</summary>
    public bool Holds(Stripe* stripe) => HoldsAll || new ReadOnlySpan<nint>(_held, _count).Contains((nint)stripe);

    /// <summary>Locks one more stripe than those that are held, without any waiting. For scripts: see <see cref="Scripting.ScriptStripes"/>.</summary>
    public bool TryExtend(Stripe* stripe)
    {
        Debug.Assert(!Holds(stripe), "a stripe is locked once");
        if (_count == _capacity)
            Grow();
        return TryEnterAtOnce(stripe);
    }

    /// <summary>Locks all stripes that are not held. False: somebody makes a database, or holds all. Owner of the scripts' turn only.</summary>
    /// <param name="keyspace">All of it.</param>
    /// <param name="wait">Called while a stripe is not to be had.</param>
    internal bool TryExtendToEverything(KeyspaceState keyspace, Action wait)
    {
        if (!keyspace.Making.TryEnter())
            return false;
        // Others of this thread that are served meanwhile may be the first to use a database.
        for (int made = -1; made != MadeOf(keyspace);)
        {
            made = MadeOf(keyspace);
            foreach (Database database in keyspace.Databases)
            {
                for (int i = 0; database.IsMade && i < Database.StripeCount; i++)
                {
                    Stripe* stripe = database.Stripes + i;
                    while (!Holds(stripe) && !TryExtend(stripe))
                        wait();
                }
            }
        }
        _sequence = Math.Max(_sequence, (long)keyspace.GlobalClock);
        HoldsAll = true;
        return true;
    }

    /// <summary>
    /// Locks several stripes, in address order, each once, whatever order they come in. On return the list is
    /// sorted and may be shorter than it was.
    /// </summary>
    public void EnterAll(Span<nint> stripes)
    {
        while (!TryEnterAll(stripes))
            WaitOutside();
    }

    /// <summary>As <see cref="EnterAll"/>; false, and none is locked, if the holder or the last writer of one takes long.</summary>
    public bool TryEnterAll(Span<nint> stripes)
    {
        Debug.Assert(_count == 0, "several stripes are entered by who holds none: else threads could wait in a ring");
        stripes.Sort();
        while (_capacity < stripes.Length)
            Grow();
        while (true)
        {
            nint previous = 0;
            Stripe* pending = null;
            foreach (nint address in stripes)
            {
                if (address == previous)
                    continue;
                previous = address;
                Stripe* stripe = (Stripe*)address;
                if (_shared)
                {
                    if (!stripe->TryEnter())
                    {
                        Exit(wrote: false);
                        Busy = stripe;
                        return false;
                    }
                    if (IsPending(stripe))
                    {
                        stripe->Exit();
                        pending = stripe;
                        break;
                    }
                }
                _held[_count++] = address;
                Observe(stripe);
            }
            if (pending == null)
                return true;
            Exit(wrote: false);
            if (!TryAwaitCommit(pending))
                return false;
        }
    }

    /// <summary>Locks every stripe of every database that has any, for commands on whole databases.</summary>
    public void EnterEverything(KeyspaceState keyspace)
    {
        while (!TryEnterEverything(keyspace))
            WaitOutside();
    }

    /// <summary>As <see cref="EnterEverything"/>; false, and nothing is locked, if somebody keeps a stripe for long.</summary>
    public bool TryEnterEverything(KeyspaceState keyspace)
    {
        Busy = null;
        if (OthersHold || !keyspace.TryEnterMaking())
            return false;
        nint[] all = new nint[MadeOf(keyspace) * Database.StripeCount];
        int n = 0;
        foreach (Database database in keyspace.Databases)
        {
            for (int i = 0; database.IsMade && i < Database.StripeCount; i++)
                all[n++] = (nint)(database.Stripes + i);
        }
        if (!TryEnterAll(all))
        {
            keyspace.Making.Exit();
            return false;
        }
        _sequence = Math.Max(_sequence, (long)keyspace.GlobalClock);
        Debug.Assert(!HoldsAll && keyspace.Making.IsHeldByCurrentThread, "who holds all keeps others from making more");
        HoldsAll = true;
        return true;
    }

    /// <summary>Unlocks after <see cref="EnterEverything"/>.</summary>
    public void ExitEverything(KeyspaceState keyspace, bool wrote)
    {
        Debug.Assert(HoldsAll && keyspace.GlobalClock <= LastSequence, "commands on whole databases are numbered in their order");
        if (wrote)
            keyspace.GlobalClock = LastSequence;
        HoldsAll = false;
        Exit(wrote);
        keyspace.Making.Exit();
    }

    /// <summary>Unlocks all that is held. When the command wrote, the stripes take its number and this writer's mark.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit(bool wrote)
    {
        LogWriter own = _writers[_writer];
        // A command that enters stripes one after the other may have committed on the way what it wrote: the batch that
        // is open now may never be, and nobody must wait for it.
        long batch = own.HasWork ? own.CurrentBatch : own.CurrentBatch - 1;
        for (int i = 0; i < _count; i++)
        {
            Stripe* stripe = (Stripe*)_held[i];
            Debug.Assert(stripe->Clock <= (ulong)_sequence, "a number is above all that a stripe has seen");
            if (wrote)
            {
                stripe->Clock = (ulong)_sequence;
                stripe->Writer = _writer;
                stripe->WriterBatch = batch;
            }
            if (_shared)
                stripe->Exit();
        }
        _count = 0;
    }

    /// <summary>As <see cref="Exit"/>, for work that no reply tells of: what was seen does not have to be durable.</summary>
    public void ExitUnseen(bool wrote)
    {
        Exit(wrote);
        SawUndurable = false;
    }

    /// <summary>The medium's fence is all there is to durability: what is committed is durable.</summary>
    public bool DrainIsDurable { get; init; }

    /// <summary>Whether all that was written to a stripe that is held survives what the medium promises to survive.</summary>
    public bool IsDurable(Stripe* stripe) =>
        DrainIsDurable || stripe->WriterBatch <= _writers[stripe->Writer].DurableBatch;

    /// <summary>Whether all that was written to a stripe that is held is in batches that are committed.</summary>
    public bool IsCommitted(Stripe* stripe) => stripe->WriterBatch <= _writers[stripe->Writer].CommittedBatch;

    /// <summary>
    /// Unlocks the one stripe held, after a record was appended again under a new number: nothing changed, so nobody has to
    /// wait for this thread's commit. But what others write here next must not hide in a range that began before that number
    /// (see <see cref="LogWriter.EndRange"/>), so the stripe is marked as this thread's, unless that would take away
    /// the mark of a write that the device does not have yet.
    /// </summary>
    public void ExitMoved()
    {
        Debug.Assert(_count == 1, "one stripe is held while a record is moved");
        Stripe* stripe = (Stripe*)_held[--_count];
        stripe->Clock = (ulong)_sequence;
        SawUndurable = false;
        if (!_shared)
            return;
        if (stripe->Writer != _writer)
        {
            stripe->WriterBatch = IsDurable(stripe) ? 0 : _writers[_writer].CurrentBatch;
            stripe->Writer = _writer;
        }
        stripe->Exit();
    }

    /// <summary>An inner turn begins: what is held stays so, out of its sight.</summary>
    public void Suspend(SuspendedLocks into)
    {
        bool marks = !_shared && !HoldsAll;
        for (int i = 0; i < _count && marks; i++)
            ((Stripe*)_held[i])->Mark();
        into.Take(_held, _capacity, _count, HoldsAll, SawUndurable, marks, _shared);
        _suspended += _count != 0 ? 1 : 0;
        _suspendedWithAll += HoldsAll ? 1 : 0;
        _held = into.Spare(out _capacity);
        (_count, HoldsAll, SawUndurable, _shared) = (0, false, false, true);
    }

    /// <summary>The inner turn is over, its own stripes are free.</summary>
    public void Resume(SuspendedLocks from)
    {
        Debug.Assert(_count == 0 && !HoldsAll, "an inner turn leaves no stripe locked");
        from.GiveBack(_held, _capacity);
        _held = from.Held;
        (_capacity, _count) = (from.Capacity, from.Count);
        (HoldsAll, SawUndurable, _shared) = (from.HoldsAll, from.SawUndurable, from.WasShared);
        _suspended -= _count != 0 ? 1 : 0;
        _suspendedWithAll -= HoldsAll ? 1 : 0;
        Debug.Assert(_suspended >= 0 && _suspendedWithAll >= 0, "who is resumed was suspended");
        for (int i = 0; i < _count && from.IsMarked; i++)
            ((Stripe*)_held[i])->Exit();
    }

    public void Dispose() => NativeMemory.Free(_held);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(Stripe* stripe)
    {
        Debug.Assert(!_shared || !stripe->IsFree, "what is looked at is locked");
        Debug.Assert(!OthersHoldAll, "what a suspended command holds, nobody else enters");
        Debug.Assert(stripe->WriterBatch <= _writers[stripe->Writer].CurrentBatch, "a stripe was written in a batch that there is");
        if (stripe->Clock > (ulong)_sequence)
            _sequence = (long)stripe->Clock;
        // What another thread wrote here, numbered within the range that this thread is noting, must be replayed before
        // what comes now: a range is ordered by its first number.
        if (stripe->Writer != _writer && stripe->Clock >= _writers[_writer].RangeStart)
            _writers[_writer].EndRange();
        if (WatchesDurability && !ReadsAhead && stripe->WriterBatch > _writers[stripe->Writer].DurableBatch)
            SawUndurable = true;
    }

    private static int MadeOf(KeyspaceState keyspace)
    {
        int made = 0;
        foreach (Database database in keyspace.Databases)
            made += database.IsMade ? 1 : 0;
        return made;
    }

    private void EnterShared(Stripe* stripe)
    {
        while (!TryEnterShared(stripe))
            WaitOutside();
    }

    private bool TryEnterShared(Stripe* stripe)
    {
        while (true)
        {
            if (!stripe->TryEnter())
            {
                Busy = stripe;
                return false;
            }
            if (!IsPending(stripe))
                return true;
            stripe->Exit();
            if (!TryAwaitCommit(stripe))
                return false;
        }
    }

    private bool IsPending(Stripe* stripe) =>
        stripe->Writer != _writer && stripe->WriterBatch > _writers[stripe->Writer].CommittedBatch;

    // Whoever wrote it last commits at the end of its turn, or in the middle of a long command.
    private bool TryAwaitCommit(Stripe* stripe)
    {
        ConflictWaits++;
        _commitOwn();
        SpinWait spin = default;
        for (int i = 0; i < MaxCommitSpins; i++)
        {
            if (!stripe->TryEnter())
                break;
            bool pending = IsPending(stripe);
            stripe->Exit();
            if (!pending)
                return true;
            spin.SpinOnce(sleep1Threshold: -1);
        }
        Busy = stripe;
        return false;
    }

    private void WaitOutside()
    {
        if (Await is { } others)
            others();
        else
            Thread.Yield();
    }

    private void Grow()
    {
        _capacity *= 2;
        _held = (nint*)NativeMemory.Realloc(_held, (nuint)_capacity * (nuint)sizeof(nint));
    }
}
