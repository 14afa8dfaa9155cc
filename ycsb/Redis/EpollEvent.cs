using System.Runtime.InteropServices;

namespace Pkv.Ycsb.Redis;

/// <summary>The kernel's <c>struct epoll_event</c> on x86-64, where it is packed (12 bytes).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    public uint Events;

    /// <summary>The caller's own number: here the index of a client.</summary>
    public ulong Data;
}
