using System.Net.Sockets;
using System.Text;

namespace Pkv.Ycsb.Redis;

/// <summary>
/// One connection in RESP2: made and authenticated blocking, then used without blocking by one event loop. Nothing is
/// allocated by sending and receiving once the buffers have found their size.
/// </summary>
internal sealed unsafe class RedisConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ReplyBuffer _replies = new();

    /// <exception cref="IOException">The server is not there or refuses the password.</exception>
    public RedisConnection(RedisSettings settings)
    {
        try
        {
            _socket.ReceiveTimeout = _socket.SendTimeout = settings.TimeoutMs;
            _socket.Connect(settings.Host, settings.Port);
            Descriptor = (int)_socket.Handle;
            if (settings.Password != null) Authenticate(settings.User, settings.Password);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new IOException($"{settings.Host}:{settings.Port}: {e.Message}", e);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public int Descriptor { get; }

    /// <summary>What is to be sent next.</summary>
    public RequestBuffer Requests { get; } = new();

    /// <summary>Sends as much as the kernel takes; false if the rest must wait for space.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public bool Send()
    {
        while (true)
        {
            ReadOnlySpan<byte> waiting = Requests.Waiting;
            if (waiting.IsEmpty) return true;
            nint sent;
            fixed (byte* start = waiting) sent = Libc.Send(Descriptor, start, (nuint)waiting.Length, Libc.NoSignal | Libc.DontWait);
            if (sent >= 0) Requests.Sent((int)sent);
            else if (MustWait("send")) return false;
        }
    }

    /// <summary>Receives once, without waiting; true if anything came.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public bool Receive() => Receive(Libc.DontWait);

    /// <summary>Takes the next reply that has been received whole.</summary>
    public bool TryTake(out ReadOnlySpan<byte> reply) => _replies.TryTake(out reply);

    /// <summary>Waits for one reply and answers it as it came: for what happens before and after a run.</summary>
    /// <exception cref="IOException">None came in time, or the connection is gone.</exception>
    public string Call(params ReadOnlySpan<string> words)
    {
        Requests.Begin(words.Length);
        foreach (string word in words) Requests.Argument(Encoding.UTF8.GetBytes(word));
        while (!Send()) _socket.Poll(-1, SelectMode.SelectWrite);
        ReadOnlySpan<byte> reply;
        while (!TryTake(out reply))
            if (!Receive(flags: 0)) throw new IOException("no reply in time");
        return Encoding.UTF8.GetString(reply);
    }

    public void Dispose() => _socket.Dispose();

    private bool Receive(int flags)
    {
        while (true)
        {
            Span<byte> free = _replies.Free();
            nint received;
            fixed (byte* start = free) received = Libc.Receive(Descriptor, start, (nuint)free.Length, flags);
            if (received == 0) throw new IOException("the server closed the connection");
            if (received > 0)
            {
                _replies.Received((int)received);
                return true;
            }
            if (MustWait("recv")) return false;
        }
    }

    private void Authenticate(string? user, string password)
    {
        string reply = user == null ? Call("AUTH", password) : Call("AUTH", user, password);
        if (reply[0] == '-') throw new IOException($"AUTH: {reply[1..].TrimEnd()}");
    }

    // True if the call is to be made again when the socket is ready, false if at once.
    private static bool MustWait(string call) => Libc.Errno switch
    {
        Libc.ErrnoAgain => true,
        Libc.ErrnoInterrupted => false,
        _ => throw Libc.Failure(call),
    };
}
