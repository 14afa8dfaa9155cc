using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>One connection of the load client: its socket, the batch on the wire and what is still to be sent of it.</summary>
internal sealed unsafe class LoadConnection : IDisposable
{
    private const int DontWait = 0x40;
    private const int VectorsPerCall = 1024; // IOV_MAX
    private readonly Socket _socket;
    private int _vectorIndex;
    private int _vectorOffset;

    /// <param name="port">Of the server, on 127.0.0.1.</param>
    /// <param name="traffic">What is asked; disposed with the connection.</param>
    public LoadConnection(int port, ITraffic traffic)
    {
        Traffic = traffic;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        Descriptor = (int)_socket.Handle;
    }

    public int Descriptor { get; }

    public ITraffic Traffic { get; }

    /// <summary>When the batch was begun, or was due at a fixed rate: the start of every request's latency.</summary>
    public long BegunAt { get; private set; }

    /// <summary>True while the kernel's send buffer is full and EPOLLOUT is awaited.</summary>
    public bool AwaitsSpace { get; set; }

    /// <summary>Fills a new batch and begins to send it; answers false if the rest must wait for space.</summary>
    public bool Begin(int count, ref KeyPicker picker, long begunAt)
    {
        Traffic.Begin(count, ref picker);
        _vectorIndex = 0;
        _vectorOffset = 0;
        BegunAt = begunAt;
        return Send();
    }

    /// <summary>Sends what remains of the batch; answers false if the rest must wait for space.</summary>
    public bool Send()
    {
        while (_vectorIndex < Traffic.VectorCount)
        {
            nint sent = SendOnce();
            if (sent >= 0)
            {
                Advance(sent);
                continue;
            }
            int errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.ErrnoAgain) return false;
            if (errno != Libc.ErrnoInterrupted) throw Libc.Failure("sendmsg");
        }
        return true;
    }

    /// <summary>Receives what is there; 0 bytes if nothing is.</summary>
    /// <exception cref="BadReplyException">The server closed the connection.</exception>
    public int Receive(NativeBuffer target)
    {
        nint received = Libc.Receive(Descriptor, target.Address, (nuint)target.Length, DontWait);
        if (received > 0) return (int)received;
        if (received == 0) throw new BadReplyException("the server closed the connection");
        int errno = Marshal.GetLastPInvokeError();
        return errno is Libc.ErrnoAgain or Libc.ErrnoInterrupted ? 0 : throw Libc.Failure("recv");
    }

    public void Dispose()
    {
        _socket.Dispose();
        Traffic.Dispose();
    }

    private nint SendOnce()
    {
        IoVector* first = Traffic.Vectors + _vectorIndex;
        IoVector whole = *first;
        first->Address += _vectorOffset;
        first->LengthBytes -= (nuint)_vectorOffset;
        MessageHeader message = default;
        message.Vectors = first;
        message.VectorCount = (nuint)Math.Min(VectorsPerCall, Traffic.VectorCount - _vectorIndex);
        nint sent = Libc.SendMessage(Descriptor, &message, DontWait | Libc.NoSignal);
        *first = whole;
        return sent;
    }

    private void Advance(nint sent)
    {
        while (sent > 0)
        {
            nint left = (nint)Traffic.Vectors[_vectorIndex].LengthBytes - _vectorOffset;
            if (sent < left)
            {
                _vectorOffset += (int)sent;
                return;
            }
            sent -= left;
            _vectorIndex++;
            _vectorOffset = 0;
        }
    }
}
