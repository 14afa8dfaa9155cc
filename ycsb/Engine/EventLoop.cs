using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;

namespace Pkv.Ycsb.Engine;

/// <summary>
/// Drives some clients from one thread by epoll: whoever's replies have come goes on; whoever's time has come begins. A
/// moment is read once per turn and is the end of what came and the begin of what goes out. Allocates nothing in its turns.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int EventCapacity = 64;
    private const long LookAroundNs = 100_000_000; // how long a stop, or a silent server, may go unnoticed

    private readonly Client[] _clients;
    private readonly bool[] _watchesSpace;
    private readonly bool _spins;
    private readonly bool _isTimed; // operations wait for a time to come, not only for replies
    private readonly int _epoll = Libc.CreateEpoll();
    private volatile bool _mustStop;

    /// <param name="context">What the clients share.</param>
    /// <param name="clients">Disposed with the loop.</param>
    public EventLoop(LoopContext context, Client[] clients)
    {
        Context = context;
        _clients = clients;
        _watchesSpace = new bool[clients.Length];
        _spins = context.Settings.Spins;
        _isTimed = context.Settings.Target > 0 || context.Settings.RetryLimit > 0;
        for (int i = 0; i < clients.Length; i++) Watch(i, Libc.EpollAdd, Libc.EpollIn);
    }

    public LoopContext Context { get; }

    /// <summary>Lets operations under way end and begins no more; from any thread.</summary>
    public void Stop() => _mustStop = true;

    /// <summary>Runs until all clients are done.</summary>
    /// <exception cref="IOException">A connection was lost, or the server was silent or spoke no RESP2.</exception>
    public void Run()
    {
        EpollEvent* events = stackalloc EpollEvent[EventCapacity];
        long now = Clock.NowNs(), lookAround = now + LookAroundNs;
        BeginAll(now);
        while (!AllDone())
        {
            int ready = Wait(events, now);
            now = Clock.NowNs();
            for (int i = 0; i < ready; i++)
            {
                int index = (int)events[i].Data;
                if ((events[i].Events & Libc.EpollOut) != 0) _clients[index].Send();
                if ((events[i].Events & ~(uint)Libc.EpollOut) != 0) _clients[index].Receive(now);
                WatchSpace(index);
            }
            if (_isTimed) BeginAll(now);
            if (now < lookAround) continue;
            lookAround = now + LookAroundNs;
            foreach (Client client in _clients)
            {
                if (_mustStop) client.Stop();
                client.CheckStall(now);
            }
        }
    }

    public void Dispose()
    {
        foreach (Client client in _clients) client.Dispose();
        _ = Libc.Close(_epoll);
    }

    private void BeginAll(long now)
    {
        for (int i = 0; i < _clients.Length; i++)
        {
            _clients[i].Begin(now);
            WatchSpace(i);
        }
    }

    private bool AllDone()
    {
        foreach (Client client in _clients)
            if (!client.IsDone) return false;
        return true;
    }

    private int Wait(EpollEvent* events, long now)
    {
        int timeoutMs = _spins ? 0 : (int)(LookAroundNs / 1_000_000);
        if (_isTimed && !_spins)
        {
            long due = long.MaxValue;
            foreach (Client client in _clients) due = Math.Min(due, client.NextDueNs);
            Doze(Math.Min(due - now, LookAroundNs));
            timeoutMs = 0;
        }
        int ready = Libc.EpollWait(_epoll, events, EventCapacity, timeoutMs);
        return Math.Max(0, ready); // less: a signal came
    }

    private void Doze(long nanoseconds)
    {
        if (nanoseconds <= 0) return;
        PollEntry entry = new() { Descriptor = _epoll, Wanted = Libc.EpollIn };
        TimeSpec time = new() { Nanoseconds = nanoseconds };
        _ = Libc.Poll(&entry, 1, &time, null);
    }

    private void WatchSpace(int index)
    {
        bool wanted = _clients[index].AwaitsSpace;
        if (wanted == _watchesSpace[index]) return;
        _watchesSpace[index] = wanted;
        Watch(index, Libc.EpollModify, wanted ? Libc.EpollIn | Libc.EpollOut : Libc.EpollIn);
    }

    private void Watch(int index, int operation, int events)
    {
        EpollEvent change = new() { Events = (uint)events, Data = (ulong)index };
        if (Libc.EpollControl(_epoll, operation, _clients[index].Descriptor, &change) < 0) throw Libc.Failure("epoll_ctl");
    }
}
