using System.Diagnostics;
using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>
/// Drives one server over N connections from the calling thread: a closed loop per connection (a batch is sent, all
/// its replies are awaited, the next is sent), or batches at a fixed rate whatever the server does. Nothing is allocated
/// between the first send and the last reply.
/// </summary>
/// <remarks>
/// By default it spins on epoll instead of sleeping in it: it owns a core, and waking a sleeping client would put an
/// inter-processor interrupt on the server's bill that in life would be the network card's.
/// </remarks>
internal sealed unsafe class LoadClient : IDisposable
{
    private const int ReceiveBytes = 256 * 1024;
    private const int EventCapacity = 64;
    private const long StallNs = 20_000_000_000;

    private readonly IDisposable? _shared; // what the connections' traffic has in common
    private readonly LoadConnection[] _connections;
    private readonly NativeBuffer _received = new(ReceiveBytes);
    private readonly LatencyHistogram _latencies = new();
    private readonly int _pipeline;
    private readonly bool _spins;
    private readonly int _epoll;
    private readonly Queue<int> _idle; // at a fixed rate: who takes the next batch
    private KeyPicker _picker;
    private long _operationsLeft;
    private long _deadline;
    private int _busy;
    private double _batchEveryNs; // 0: closed loop
    private long _startedAt;
    private long _batchesDue;

    /// <summary>A client that sets and gets strings.</summary>
    public LoadClient(int port, Workload workload, bool spins, ulong seed)
        : this(port, workload, new RequestShape(workload.ValueBytes), spins, seed)
    {
    }

    /// <param name="port">Of the server, on 127.0.0.1.</param>
    /// <param name="traffic">What each connection asks; disposed with the client.</param>
    /// <param name="pipeline">Requests in a batch.</param>
    /// <param name="picker">Where the numbers of keys come from.</param>
    /// <param name="spins">Whether it spins rather than sleeps while nothing comes.</param>
    /// <param name="shared">What the traffic of all connections stands on, if anything; disposed with the client.</param>
    public LoadClient(int port, ITraffic[] traffic, int pipeline, KeyPicker picker, bool spins, IDisposable? shared = null)
    {
        _shared = shared;
        _pipeline = pipeline;
        _spins = spins;
        _picker = picker;
        _epoll = Libc.Checked(Libc.EpollCreate(0), "epoll_create1");
        _connections = new LoadConnection[traffic.Length];
        _idle = new Queue<int>(traffic.Length);
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i] = new LoadConnection(port, traffic[i]);
            Watch(i, Libc.EpollAdd, Libc.EpollIn);
        }
    }

    private LoadClient(int port, Workload workload, RequestShape shape, bool spins, ulong seed)
        : this(port, [.. Enumerable.Range(0, workload.Connections).Select(_ => new StringTraffic(shape, workload))], workload.Pipeline,
            new KeyPicker(workload.KeyCount, workload.Sequential, seed), spins, shape)
    {
    }

    /// <summary>Runs until the operations are done or the time is over, then drains what is on the wire.</summary>
    /// <param name="operationsMax">Requests at most.</param>
    /// <param name="duration">No batch begins after this time.</param>
    public LoadResult Run(long operationsMax, TimeSpan duration)
    {
        Begin(operationsMax, duration, batchEveryNs: 0);
        for (int i = 0; i < _connections.Length; i++) BeginBatch(i, _startedAt);
        return Drive();
    }

    /// <summary>
    /// An open loop: a batch is due every pipeline / rate seconds, on whichever connection is free, and its latency counts
    /// from then, even if it could only be sent later. So a server that stands still is charged for all that would have
    /// come meanwhile. Spins in any case, and ends when the last batch that was due has been answered.
    /// </summary>
    /// <param name="operationsPerSecond">The rate, below what the server can do.</param>
    /// <param name="duration">No batch is due after this time.</param>
    public LoadResult RunAtRate(double operationsPerSecond, TimeSpan duration)
    {
        Begin(long.MaxValue, duration, _pipeline * 1e9 / operationsPerSecond);
        _idle.Clear();
        for (int i = 0; i < _connections.Length; i++) _idle.Enqueue(i);
        return Drive();
    }

    public void Dispose()
    {
        foreach (LoadConnection? connection in _connections) connection?.Dispose();
        _ = Libc.Close(_epoll);
        _received.Dispose();
        _shared?.Dispose();
    }

    private void Begin(long operationsMax, TimeSpan duration, double batchEveryNs)
    {
        _latencies.Clear();
        _operationsLeft = operationsMax;
        _batchEveryNs = batchEveryNs;
        _batchesDue = 0;
        _busy = 0;
        _startedAt = Now();
        _deadline = _startedAt + (long)(duration.TotalSeconds * 1e9);
    }

    private LoadResult Drive()
    {
        bool isPaced = _batchEveryNs > 0;
        EpollEvent* events = stackalloc EpollEvent[EventCapacity];
        long idleSince = 0;
        int idleLooks = 0;
        while (_busy > 0 || (isPaced && NextDue < _deadline))
        {
            if (isPaced) BeginDue(Now());
            int ready = Libc.EpollWait(_epoll, events, EventCapacity, _spins || isPaced ? 0 : 1000);
            for (int i = 0; i < ready; i++) Handle((int)events[i].Data, events[i].Events);
            if (ready > 0) idleSince = 0;
            else if (!_spins || (++idleLooks & 0xFFFF) == 0) idleSince = CheckStall(idleSince);
        }
        long end = Now();
        return new LoadResult(_latencies.Count, end - _startedAt,
            _latencies.PercentileNs(0.5), _latencies.PercentileNs(0.99), _latencies.PercentileNs(0.999)) { MaxNs = _latencies.MaxNs };
    }

    private long NextDue => _startedAt + (long)(_batchesDue * _batchEveryNs);

    private static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    // 0 means "something just came": the stall clock starts at the first idle look after it.
    private static long CheckStall(long idleSince)
    {
        long now = Now();
        if (idleSince == 0) return now;
        return now - idleSince > StallNs ? throw new BadReplyException("no reply for 20 s") : idleSince;
    }

    private void Handle(int index, uint events)
    {
        LoadConnection connection = _connections[index];
        if ((events & Libc.EpollOut) != 0 && connection.AwaitsSpace && connection.Send())
        {
            connection.AwaitsSpace = false;
            Watch(index, Libc.EpollModify, Libc.EpollIn);
        }
        if ((events & ~(uint)Libc.EpollOut) == 0) return;
        int received = connection.Receive(_received);
        if (received == 0) return;
        int completed = connection.Traffic.Accept(new ReadOnlySpan<byte>(_received.Address, received));
        if (completed == 0) return;
        long now = Now();
        _latencies.Record(now - connection.BegunAt, completed);
        if (connection.Traffic.Remaining > 0) return;
        _busy--;
        if (_batchEveryNs > 0) _idle.Enqueue(index);
        else BeginBatch(index, now);
    }

    private void BeginDue(long now)
    {
        for (long due = NextDue; due <= now && due < _deadline && _idle.Count > 0; due = NextDue)
        {
            _batchesDue++;
            Start(_idle.Dequeue(), _pipeline, due);
        }
    }

    private void BeginBatch(int index, long now)
    {
        int count = (int)Math.Min(_pipeline, _operationsLeft);
        if (count == 0 || now >= _deadline) return;
        _operationsLeft -= count;
        Start(index, count, now);
    }

    private void Start(int index, int count, long begunAt)
    {
        _busy++;
        LoadConnection connection = _connections[index];
        if (connection.Begin(count, ref _picker, begunAt)) return;
        connection.AwaitsSpace = true;
        Watch(index, Libc.EpollModify, Libc.EpollIn | Libc.EpollOut);
    }

    private void Watch(int index, int operation, int events)
    {
        EpollEvent change = new() { Events = (uint)events, Data = (ulong)index };
        if (Libc.EpollControl(_epoll, operation, _connections[index].Descriptor, &change) < 0)
            throw Libc.Failure("epoll_ctl");
    }
}
