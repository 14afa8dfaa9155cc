using System.Diagnostics;
using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>
/// Drives one server over N connections from the calling thread: a closed loop per connection (a batch is sent, all
/// its replies are awaited, the next is sent). Nothing is allocated between the first send and the last reply.
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

    private readonly RequestShape _shape;
    private readonly LoadConnection[] _connections;
    private readonly NativeBuffer _received = new(ReceiveBytes);
    private readonly LatencyHistogram _latencies = new();
    private readonly int _pipeline;
    private readonly bool _spins;
    private readonly int _epoll;
    private KeyPicker _picker;
    private long _operationsLeft;
    private long _deadline;
    private int _busy;

    public LoadClient(int port, Workload workload, bool spins, ulong seed)
    {
        _shape = new RequestShape(workload.ValueBytes);
        _pipeline = workload.Pipeline;
        _spins = spins;
        _picker = new KeyPicker(workload.KeyCount, workload.Sequential, seed);
        _epoll = Libc.Checked(Libc.EpollCreate(0), "epoll_create1");
        _connections = new LoadConnection[workload.Connections];
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i] = new LoadConnection(port, _shape, workload);
            Watch(i, Libc.EpollAdd, Libc.EpollIn);
        }
    }

    /// <summary>Runs until the operations are done or the time is over, then drains what is on the wire.</summary>
    /// <param name="operationsMax">Requests at most.</param>
    /// <param name="duration">No batch begins after this time.</param>
    public LoadResult Run(long operationsMax, TimeSpan duration)
    {
        _latencies.Clear();
        _operationsLeft = operationsMax;
        long start = Now();
        _deadline = start + (long)(duration.TotalSeconds * 1e9);
        _busy = 0;
        for (int i = 0; i < _connections.Length; i++) BeginBatch(i, start);
        EpollEvent* events = stackalloc EpollEvent[EventCapacity];
        long idleSince = 0;
        int idleLooks = 0;
        while (_busy > 0)
        {
            int ready = Libc.EpollWait(_epoll, events, EventCapacity, _spins ? 0 : 1000);
            for (int i = 0; i < ready; i++) Handle((int)events[i].Data, events[i].Events);
            if (ready > 0) idleSince = 0;
            else if (!_spins || (++idleLooks & 0xFFFF) == 0) idleSince = CheckStall(idleSince);
        }
        long end = Now();
        return new LoadResult(_latencies.Count, end - start,
            _latencies.PercentileNs(0.5), _latencies.PercentileNs(0.99), _latencies.PercentileNs(0.999));
    }

    public void Dispose()
    {
        foreach (LoadConnection? connection in _connections) connection?.Dispose();
        _ = Libc.Close(_epoll);
        _received.Dispose();
        _shape.Dispose();
    }

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
        int completed = connection.Replies.Accept(new ReadOnlySpan<byte>(_received.Address, received));
        if (completed == 0) return;
        long now = Now();
        _latencies.Record(now - connection.BegunAt, completed);
        if (connection.Replies.Remaining > 0) return;
        _busy--;
        BeginBatch(index, now);
    }

    private void BeginBatch(int index, long now)
    {
        int count = (int)Math.Min(_pipeline, _operationsLeft);
        if (count == 0 || now >= _deadline) return;
        _operationsLeft -= count;
        _busy++;
        LoadConnection connection = _connections[index];
        if (connection.Begin(count, ref _picker, now)) return;
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
