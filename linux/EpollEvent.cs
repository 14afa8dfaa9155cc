using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>struct epoll_event, packed as on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EpollEvent
{
    /// <summary>What is waited for, or has happened: bits of <see cref="PollCalls"/>.</summary>
    public uint Events;

    /// <summary>Comes back as it was given: here the descriptor.</summary>
    public ulong Data;
}
