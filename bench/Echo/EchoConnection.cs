using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Echo;

/// <summary>One connection to the echo server: a message under way, there or back.</summary>
internal sealed unsafe class EchoConnection : IDisposable
{
    private const int DontWait = 0x40, Truncate = 0x20;

    private readonly EchoMessage _message;
    private readonly int _index;
    private readonly byte[] _header = GC.AllocateArray<byte>(EchoMessage.HeaderBytes, pinned: true);
    private readonly Socket _socket;
    private uint _number;
    private int _sent, _received;
    private bool _isVerified;

    public EchoConnection(int port, int index, EchoMessage message)
    {
        _message = message;
        _index = index;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        Descriptor = (int)_socket.Handle;
    }

    public int Descriptor { get; }

    /// <summary>True while the kernel's send buffer is full and EPOLLOUT is awaited.</summary>
    public bool AwaitsSpace { get; set; }

    /// <summary>When the message was begun, by the caller's clock.</summary>
    public long BegunAt { get; private set; }

    /// <summary>Begins the next message; answers false if the rest must wait for space.</summary>
    /// <param name="isVerified">Whether the reply's bytes will be compared.</param>
    /// <param name="now">The caller's clock.</param>
    public bool Begin(bool isVerified, long now)
    {
        _number++;
        _sent = _received = 0;
        _isVerified = isVerified;
        BegunAt = now;
        EchoMessage.WriteHeader(_header, _index, _number);
        return Send();
    }

    /// <summary>Sends what remains; answers false if the rest must wait for space.</summary>
    public bool Send()
    {
        IoVector* vectors = stackalloc IoVector[2];
        fixed (byte* header = _header)
        {
            while (_sent < _message.SizeBytes)
            {
                int ofHeader = Math.Max(0, EchoMessage.HeaderBytes - _sent), bodyFrom = Math.Max(_sent, EchoMessage.HeaderBytes);
                vectors[0] = new IoVector { Address = header + Math.Min(_sent, EchoMessage.HeaderBytes), LengthBytes = (nuint)ofHeader };
                vectors[1] = new IoVector { Address = _message.BodyAt(_index, _number, bodyFrom), LengthBytes = (nuint)(_message.SizeBytes - bodyFrom) };
                MessageHeader message = default;
                message.Vectors = vectors;
                message.VectorCount = 2;
                nint sent = Libc.SendMessage(Descriptor, &message, DontWait | Libc.NoSignal);
                if (sent >= 0)
                {
                    _sent += (int)sent;
                    continue;
                }
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Libc.ErrnoAgain) return false;
                if (errno != Libc.ErrnoInterrupted) throw Libc.Failure("sendmsg");
            }
        }
        return true;
    }

    /// <summary>Receives what is there of the reply; answers true when it is complete.</summary>
    /// <exception cref="BadReplyException">The reply is wrong, or the server closed the connection.</exception>
    public bool Receive(NativeBuffer scratch)
    {
        int missing = _message.SizeBytes - _received;
        // Truncated bytes are freed in the kernel, not copied (tcp(7)): so the client is quicker than any server here.
        nint received = _isVerified
            ? Libc.Receive(Descriptor, scratch.Address, (nuint)Math.Min(missing, scratch.Length), DontWait)
            : Libc.Receive(Descriptor, scratch.Address, (nuint)missing, DontWait | Truncate);
        if (received == 0) throw new BadReplyException("the server closed the connection");
        if (received < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Libc.ErrnoAgain or Libc.ErrnoInterrupted ? false : throw Libc.Failure("recv");
        }
        if (_isVerified) _message.Check(_header, _index, _number, _received, new Span<byte>(scratch.Address, (int)received));
        _received += (int)received;
        return _received == _message.SizeBytes;
    }

    public void Dispose() => _socket.Dispose();
}
