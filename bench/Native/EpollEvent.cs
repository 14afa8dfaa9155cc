using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>The kernel's <c>struct epoll_event</c>: packed on x86-64, naturally aligned elsewhere; this is the x86-64 form (12 bytes).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    /// <summary>EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP bits.</summary>
    public uint Events;

    /// <summary>The caller's own number, here always an index of a connection.</summary>
    public ulong Data;
}
