using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// Sockets: the calls of the receive and send paths, blittable and without allocation. Each returns -1 on failure;
/// <see cref="Errno.Current"/> then has the reason. Source: section 2 of the Linux manual, under each call's name.
/// </summary>
public static unsafe partial class SocketCalls
{
    /// <summary>Flags of recv(2) and send(2): no SIGPIPE, and never wait.</summary>
    public const int MsgNoSignal = 0x4000, MsgDontWait = 0x40;

    /// <summary>Receives into one buffer. Bytes; 0 when the peer has ended its side.</summary>
    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Recv(int fd, byte* buffer, nuint length, int flags);

    /// <summary>Sends from one buffer. Bytes taken.</summary>
    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    /// <summary>Receives into several buffers, in order. Bytes; 0 when the peer has ended its side.</summary>
    [LibraryImport("libc", EntryPoint = "recvmsg")]
    public static partial nint RecvMsg(int fd, MessageHeader* message, int flags);

    /// <summary>Sends from several buffers, in order. Bytes taken.</summary>
    [LibraryImport("libc", EntryPoint = "sendmsg")]
    public static partial nint SendMsg(int fd, MessageHeader* message, int flags);

    /// <summary>Ends one side (0 receiving, 1 sending) or both (2).</summary>
    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int fd, int how);

    /// <summary>Makes a socket. A descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "socket")]
    public static partial int Socket(int domain, int type, int protocol);

    /// <summary>Gives a socket its own address.</summary>
    [LibraryImport("libc", EntryPoint = "bind")]
    public static partial int Bind(int fd, byte* address, uint length);

    /// <summary>Starts listening, with at most <paramref name="backlog"/> connections waiting to be accepted.</summary>
    [LibraryImport("libc", EntryPoint = "listen")]
    public static partial int Listen(int fd, int backlog);

    /// <summary>Takes the next connection. Its descriptor, with SOCK_CLOEXEC and SOCK_NONBLOCK if asked for.</summary>
    [LibraryImport("libc", EntryPoint = "accept4")]
    public static partial int Accept4(int fd, byte* address, uint* length, int flags);

    /// <summary>Sets an option of a socket.</summary>
    [LibraryImport("libc", EntryPoint = "setsockopt")]
    public static partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

    /// <summary>The own address of a socket.</summary>
    [LibraryImport("libc", EntryPoint = "getsockname")]
    public static partial int GetSockName(int fd, byte* address, uint* length);
}
