using System.Diagnostics;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Echo;

/// <summary>
/// Drives an echo server over many connections from the calling thread, each a closed loop of one message. Nothing is
/// allocated between the first send and the last reply.
/// </summary>
internal sealed unsafe class EchoClient : IDisposable
{
    private const int ScratchBytes = 128 * 1024, EventCapacity = 64;
    private const long StallNs = 20_000_000_000;

    private readonly EchoMessage _message;
    private readonly EchoConnection[] _connections;
    private readonly NativeBuffer _scratch = new(ScratchBytes);
    private readonly LatencyHistogram _latencies = new();
    private readonly bool _spins;
    private readonly int _epoll;
    private int _verifyEvery;
    private long _begun, _operationsMin, _deadline;
    private int _busy;

    /// <param name="port">Of the server, on 127.0.0.1.</param>
    /// <param name="cell">What the server was told.</param>
    /// <param name="connections">How many.</param>
    /// <param name="spins">Whether it spins rather than sleeps while nothing comes.</param>
    public EchoClient(int port, EchoCell cell, int connections, bool spins)
    {
        _message = new EchoMessage(cell.SizeBytes, cell.Touches);
        _spins = spins;
        _epoll = Libc.Checked(Libc.EpollCreate(0), "epoll_create1");
        _connections = new EchoConnection[connections];
        for (int i = 0; i < connections; i++)
        {
            _connections[i] = new EchoConnection(port, i, _message);
            Watch(i, Libc.EpollAdd, Libc.EpollIn);
        }
    }

    /// <summary>Runs until the time is over, and then until the last reply.</summary>
    /// <param name="duration">No message begins after this time,</param>
    /// <param name="operationsMin">unless fewer than so many were begun.</param>
    /// <param name="verifyEvery">One reply in so many is compared.</param>
    /// <exception cref="BadReplyException">The server answered wrongly, or not for 20 s.</exception>
    public LoadResult Run(TimeSpan duration, long operationsMin, int verifyEvery)
    {
        _latencies.Clear();
        _begun = 0;
        _busy = 0;
        _operationsMin = operationsMin;
        _verifyEvery = verifyEvery;
        long start = Now(), heardAt = start;
        _deadline = start + (long)(duration.TotalSeconds * 1e9);
        for (int i = 0; i < _connections.Length; i++) Begin(i, start);
        EpollEvent* events = stackalloc EpollEvent[EventCapacity];
        while (_busy > 0)
        {
            int ready = Libc.EpollWait(_epoll, events, EventCapacity, _spins ? 0 : 1000);
            for (int i = 0; i < ready; i++) Handle((int)events[i].Data, events[i].Events);
            long now = Now();
            if (ready > 0) heardAt = now;
            else if (now - heardAt > StallNs) throw new BadReplyException("no reply for 20 s");
        }
        return new LoadResult(_latencies.Count, Now() - start,
            _latencies.PercentileNs(0.5), _latencies.PercentileNs(0.99), _latencies.PercentileNs(0.999));
    }

    public void Dispose()
    {
        foreach (EchoConnection? connection in _connections) connection?.Dispose();
        _ = Libc.Close(_epoll);
        _scratch.Dispose();
        _message.Dispose();
    }

    private static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    private void Handle(int index, uint events)
    {
        EchoConnection connection = _connections[index];
        if ((events & Libc.EpollOut) != 0 && connection.AwaitsSpace && connection.Send())
        {
            connection.AwaitsSpace = false;
            Watch(index, Libc.EpollModify, Libc.EpollIn);
        }
        if ((events & ~(uint)Libc.EpollOut) == 0 || !connection.Receive(_scratch)) return;
        long now = Now();
        _latencies.Record(now - connection.BegunAt, 1);
        _busy--;
        Begin(index, now);
    }

    private void Begin(int index, long now)
    {
        if (now >= _deadline && _begun >= _operationsMin) return;
        _busy++;
        EchoConnection connection = _connections[index];
        if (connection.Begin(_begun++ % _verifyEvery == 0, now)) return;
        connection.AwaitsSpace = true;
        Watch(index, Libc.EpollModify, Libc.EpollIn | Libc.EpollOut);
    }

    private void Watch(int index, int operation, int events)
    {
        EpollEvent change = new() { Events = (uint)events, Data = (ulong)index };
        if (Libc.EpollControl(_epoll, operation, _connections[index].Descriptor, &change) < 0) throw Libc.Failure("epoll_ctl");
    }
}
