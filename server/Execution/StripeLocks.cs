using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pkv.Persistence.Log;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Execution;

/// <summary>
/// The stripes that one I/O thread has locked for the command it runs, and its Lamport clock. The rule that
/// keeps recovery exact: a command runs only on state that is already committed. Whoever meets a stripe whose
/// last writer has not committed yet commits its own batch (so that nobody can wait for it in turn) and waits.
/// With a single I/O thread nothing is locked and nobody waits.
/// </summary>
public sealed unsafe class StripeLocks : IDisposable
{
    private readonly int _thread;
    private readonly LogWriter[] _writers;
    private readonly Action _commitOwn;
    private readonly bool _alone;
    private nint* _held;
    private int _capacity = 64;
    private int _count;
    private long _sequence;

    /// <param name="thread">This I/O thread's number.</param>
    /// <param name="writers">The log writers of all I/O threads.</param>
    /// <param name="commitOwn">Commits this thread's batch.</param>
    public StripeLocks(int thread, LogWriter[] writers, Action commitOwn)
    {
        _thread = thread;
        _writers = writers;
        _commitOwn = commitOwn;
        _alone = writers.Length == 1;
        _held = (nint*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(nint));
    }

    /// <summary>
    /// The highest command number this thread has given or seen. Never below the clock of a stripe it holds, so
    /// the next number is legal for all of them.
    /// </summary>
    public ulong LastSequence
    {
        get => (ulong)_sequence;
        set => _sequence = (long)value;
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

    /// <summary>Locks one more stripe. Several at once must come through <see cref="EnterAll"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(Stripe* stripe)
    {
        if (!_alone)
            EnterShared(stripe);
        _held[_count++] = (nint)stripe;
        Observe(stripe);
    }

    /// <summary>
    /// Locks several stripes, in address order, each once, whatever order they come in. On return the list is
    /// sorted and may be shorter than it was.
    /// </summary>
    public void EnterAll(Span<nint> stripes)
    {
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
                if (!_alone)
                {
                    stripe->Enter();
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
                return;
            Exit(wrote: false);
            WaitFor(pending);
        }
    }

    /// <summary>Locks every stripe of every database that has any, for commands on whole databases.</summary>
    public void EnterEverything(KeyspaceState keyspace)
    {
        keyspace.EnterMaking();
        int made = 0;
        foreach (Database database in keyspace.Databases)
            made += database.IsMade ? 1 : 0;
        nint[] all = new nint[made * Database.StripeCount];
        int n = 0;
        foreach (Database database in keyspace.Databases)
        {
            for (int i = 0; database.IsMade && i < Database.StripeCount; i++)
                all[n++] = (nint)(database.Stripes + i);
        }
        EnterAll(all);
        _sequence = Math.Max(_sequence, (long)keyspace.GlobalClock);
        HoldsAll = true;
    }

    /// <summary>Unlocks after <see cref="EnterEverything"/>.</summary>
    public void ExitEverything(KeyspaceState keyspace, bool wrote)
    {
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
        LogWriter own = _writers[_thread];
        // A command that enters stripes one after the other may have committed on the way what it wrote: the batch that
        // is open now may never be, and nobody must wait for it.
        long batch = own.HasWork ? own.CurrentBatch : own.CurrentBatch - 1;
        for (int i = 0; i < _count; i++)
        {
            Stripe* stripe = (Stripe*)_held[i];
            if (wrote)
            {
                stripe->Clock = (ulong)_sequence;
                stripe->WriterThread = _thread;
                stripe->WriterBatch = batch;
            }
            if (!_alone)
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
        DrainIsDurable || stripe->WriterBatch <= _writers[stripe->WriterThread].DurableBatch;

    /// <summary>Whether all that was written to a stripe that is held is in batches that are committed.</summary>
    public bool IsCommitted(Stripe* stripe) => stripe->WriterBatch <= _writers[stripe->WriterThread].CommittedBatch;

    /// <summary>
    /// Unlocks the one stripe held, after a record was appended again under a new number: nothing changed, so nobody has to
    /// wait for this thread's commit. But what others write here next must not hide in a range that began before that number
    /// (see <see cref="LogWriter.EndRange"/>), so the stripe is marked as this thread's, unless that would take away
    /// the mark of a write that the device does not have yet.
    /// </summary>
    public void ExitMoved()
    {
        Stripe* stripe = (Stripe*)_held[--_count];
        stripe->Clock = (ulong)_sequence;
        SawUndurable = false;
        if (_alone)
            return;
        if (stripe->WriterThread != _thread)
        {
            stripe->WriterBatch = IsDurable(stripe) ? 0 : _writers[_thread].CurrentBatch;
            stripe->WriterThread = _thread;
        }
        stripe->Exit();
    }

    public void Dispose() => NativeMemory.Free(_held);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(Stripe* stripe)
    {
        if (stripe->Clock > (ulong)_sequence)
            _sequence = (long)stripe->Clock;
        // What another thread wrote here, numbered within the range that this thread is noting, must be replayed before
        // what comes now: a range is ordered by its first number.
        if (!_alone && stripe->WriterThread != _thread && stripe->Clock >= _writers[_thread].RangeStart)
            _writers[_thread].EndRange();
        if (WatchesDurability && !ReadsAhead && stripe->WriterBatch > _writers[stripe->WriterThread].DurableBatch)
            SawUndurable = true;
    }

    private void EnterShared(Stripe* stripe)
    {
        stripe->Enter();
        while (IsPending(stripe))
        {
            stripe->Exit();
            WaitFor(stripe);
            stripe->Enter();
        }
    }

    private bool IsPending(Stripe* stripe) =>
        stripe->WriterThread != _thread && stripe->WriterBatch > _writers[stripe->WriterThread].CommittedBatch;

    private void WaitFor(Stripe* stripe)
    {
        ConflictWaits++;
        _commitOwn();
        SpinWait spin = default;
        while (true)
        {
            stripe->Enter();
            bool pending = IsPending(stripe);
            stripe->Exit();
            if (!pending)
                return;
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Grow()
    {
        _capacity *= 2;
        _held = (nint*)NativeMemory.Realloc(_held, (nuint)_capacity * (nuint)sizeof(nint));
    }
}
