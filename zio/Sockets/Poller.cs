using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Zio.Sockets;

/// <summary>An epoll set (level-triggered) with a way to be woken from other threads. Owner thread, except <see cref="Wake"/>.</summary>
public sealed unsafe class Poller : IDisposable
{
    private readonly int _epoll;
    private readonly EpollEvent* _events;
    private readonly int _maxEvents;
    private int _woken;
    private bool _isDisposed;

    public Poller(int maxEvents)
    {
        _maxEvents = maxEvents;
        _events = (EpollEvent*)NativeMemory.AllocZeroed((nuint)maxEvents, (nuint)sizeof(EpollEvent));
        _epoll = PollCalls.EpollCreate(0x80000 /* cloexec */);
        WakeDescriptor = PollCalls.EventFd(0, 0x80800 /* cloexec, nonblock */);
        if (_epoll < 0 || WakeDescriptor < 0)
            throw new InvalidOperationException($"epoll or eventfd failed: {Marshal.GetPInvokeErrorMessage(Errno.Current)}");
        if (!TryAdd(WakeDescriptor, PollCalls.EpollIn))
            throw new InvalidOperationException($"epoll_ctl failed: {Marshal.GetPInvokeErrorMessage(Errno.Current)}");
    }

    /// <summary>Its event means that <see cref="Wake"/> was called.</summary>
    public int WakeDescriptor { get; }

    /// <summary>Waits for events; returns how many there are (0 on time-out or a signal).</summary>
    public int Wait(int timeoutMs) => Math.Max(0, PollCalls.EpollWait(_epoll, _events, _maxEvents, timeoutMs));

    public EpollEvent EventAt(int index) => _events[index];

    /// <summary>False: the kernel has no room for another (fs.epoll.max_user_watches, memory).</summary>
    public bool TryAdd(int descriptor, uint events) => Control(PollCalls.EpollCtlAdd, descriptor, events);

    public void Modify(int descriptor, uint events) => Control(PollCalls.EpollCtlMod, descriptor, events);

    public void Remove(int descriptor) => Control(PollCalls.EpollCtlDel, descriptor, 0);

    /// <summary>
    /// Makes <see cref="Wait"/> return. Any thread, also once this is disposed; costs a system call only when nobody has called it since.
    /// </summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) != 0)
            return;
        ulong one = 1;
        PollCalls.Write(WakeDescriptor, &one, sizeof(ulong));
    }

    /// <summary>The wake-up was seen: call before looking at what it was for.</summary>
    public void ClearWake()
    {
        ulong count;
        PollCalls.Read(WakeDescriptor, &count, sizeof(ulong));
        Volatile.Write(ref _woken, 0);
        Interlocked.MemoryBarrier();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        // The number is somebody else's next, a client's socket perhaps: no wake-up may be written to it. Who has announced one writes it yet.
        if (Interlocked.Exchange(ref _woken, 1) != 0)
            AwaitWake();
        FileCalls.Close(WakeDescriptor);
        FileCalls.Close(_epoll);
        NativeMemory.Free(_events);
    }

    private void AwaitWake()
    {
        ulong count;
        SpinWait wait = default;
        while (PollCalls.Read(WakeDescriptor, &count, sizeof(ulong)) != sizeof(ulong))
            wait.SpinOnce();
    }

    private bool Control(int operation, int descriptor, uint events)
    {
        EpollEvent e = new() { Events = events, Data = (ulong)descriptor };
        return PollCalls.EpollCtl(_epoll, operation, descriptor, &e) == 0;
    }
}
