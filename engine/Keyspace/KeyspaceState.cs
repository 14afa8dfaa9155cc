using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Keyspace;

/// <summary>All databases over one pool, and what commands on whole databases need.</summary>
public sealed unsafe class KeyspaceState : IDisposable
{
    private readonly Database[] _databases;
    private readonly List<(ulong Number, int A, int B)> _swaps = [];
    private int _swapCount;

    public KeyspaceState(Pool pool, int databases)
    {
        Pool = pool;
        PoolBase = pool.Medium.Base;
        _databases = new Database[databases];
        for (int i = 0; i < databases; i++)
            _databases[i] = new Database(i, this);
    }

    public Pool Pool { get; }

    /// <summary>What slot addresses are relative to.</summary>
    public byte* PoolBase { get; }

    /// <summary>The databases by number.</summary>
    public ReadOnlySpan<Database> Databases => _databases;

    /// <summary>Taken when a database's stripes are made and by commands on whole databases.</summary>
    internal Lock Making { get; } = new();

    /// <summary>Number of the last command on whole databases: what the clocks of new stripes begin with.</summary>
    internal ulong GlobalClock { get; set; }

    /// <summary>
    /// Times that two databases were exchanged. Who chose stripes by a database's number and then waited for their locks
    /// compares: under any lock it does not change.
    /// </summary>
    public int SwapCount
    {
        get => Volatile.Read(ref _swapCount);
        private set => Volatile.Write(ref _swapCount, value);
    }

    public Database this[int number] => _databases[number];

    /// <summary>
    /// Set by a thread that writes: run before it waits for <see cref="Making"/>, whose holder may be waiting for this
    /// thread's commit.
    /// </summary>
    [field: ThreadStatic]
    internal static Action? CommitBeforeWait { get; set; }

    /// <summary>Takes <see cref="Making"/>; waits only when this thread has nothing to commit.</summary>
    internal void EnterMaking()
    {
        if (Making.TryEnter())
            return;
        CommitBeforeWait?.Invoke();
        Making.Enter();
    }

    /// <summary>Takes <see cref="Making"/>, unless somebody else has it; its holder may need this thread's commit, which is done first.</summary>
    internal bool TryEnterMaking()
    {
        if (Making.TryEnter())
            return true;
        CommitBeforeWait?.Invoke();
        return Making.TryEnter();
    }

    /// <summary>
    /// The database that had this number when the command with this Lamport number ran. To be asked again when
    /// <see cref="SwapCount"/> has changed meanwhile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Database DatabaseAt(int number, ulong command) =>
        SwapCount == 0 ? _databases[number] : DatabaseBefore(number, command);

    private Database DatabaseBefore(int number, ulong command)
    {
        lock (_swaps)
        {
            foreach ((ulong swapped, int a, int b) in _swaps)
            {
                if (swapped > command)
                    number = number == a ? b : number == b ? a : number;
            }
            return _databases[number];
        }
    }

    /// <summary>Whether databases were exchanged after the command with this Lamport number.</summary>
    public bool WereSwappedAfter(ulong command)
    {
        if (SwapCount == 0)
            return false;
        lock (_swaps)
            return _swaps.Count > 0 && _swaps[^1].Number > command;
    }

    /// <summary>Nothing in the log is numbered below this: the exchanges of databases before it concern nobody any more. Any thread.</summary>
    public void ForgetSwapsBefore(ulong command)
    {
        if (SwapCount == 0)
            return;
        lock (_swaps)
            _swaps.RemoveAll(s => s.Number < command);
    }

    /// <summary>Exchanges two databases. All their stripes are locked.</summary>
    /// <param name="a">A database's number.</param>
    /// <param name="b">Another one's.</param>
    /// <param name="command">The command's Lamport number.</param>
    public void Swap(int a, int b, ulong command)
    {
        lock (_swaps)
        {
            Debug.Assert(_swaps.Count == 0 || _swaps[^1].Number <= command, "exchanges are noted in the order of their numbers");
            _swaps.Add((command, a, b));
        }
        SwapCount++;
        (_databases[a], _databases[b]) = (_databases[b], _databases[a]);
        _databases[a].Number = a;
        _databases[b].Number = b;
    }

    /// <summary>Bytes of DRAM that the index holds: stripes, buckets, expiry cells.</summary>
    public long IndexBytes
    {
        get
        {
            long bytes = NativeArray.BytesHeld;
            foreach (Database database in _databases)
                bytes += database.IsMade ? (long)Database.StripeCount * Stripe.SizeBytes : 0;
            return bytes;
        }
    }

    /// <summary>Bytes of DRAM that collections hold: places of their elements, and keys.</summary>
    public static long CollectionBytes => Collections.NativeBlock.BytesHeld;

    /// <summary>Gives the index's memory back. No thread uses it any more.</summary>
    public void Dispose()
    {
        foreach (Database database in _databases)
            database.Dispose();
    }
}
