using System.Net;
using System.Net.Sockets;
using Pkv.Bench.Native;

namespace Pkv.Bench.LimitServer;

/// <summary>
/// The physical limit: one epoll thread that receives into prefaulted memory, finds command boundaries and answers
/// <c>+OK</c> (or one fixed value to a GET). It stores nothing; no server that takes the same bytes over the same
/// sockets can spend less. After a connection is accepted, nothing is allocated.
/// </summary>
/// <remarks>
/// With an area equal to the receive size every receive lands in the same cached bytes: the bound of a mere sink.
/// With a larger area receives walk through it as a log must: the bound of any store that keeps what it was sent.
/// </remarks>
internal sealed unsafe class LimitListener : IDisposable
{
    private const int EventCapacity = 64;
    private readonly Socket _listener;
    private readonly LimitReplies _replies;
    private readonly NativeBuffer _area;
    private readonly int _receiveBytes;
    private readonly int _epoll;
    private readonly List<LimitConnection?> _connections = [];
    private long _areaOffset;
    private volatile bool _stopped;

    /// <param name="port">TCP port on loopback; 0 for any free one.</param>
    /// <param name="valueBytes">Length of the value that GETs are answered with.</param>
    /// <param name="receiveBytes">Bytes asked for by one recv.</param>
    /// <param name="areaBytes">Bytes the receives walk through; at least <paramref name="receiveBytes"/>.</param>
    /// <param name="fields">0; or HGETALL returns so many fields of that value.</param>
    public LimitListener(int port, int valueBytes, int receiveBytes, long areaBytes, int fields = 0)
    {
        _receiveBytes = receiveBytes;
        _replies = new LimitReplies(valueBytes, fields);
        _area = new NativeBuffer(Math.Max(areaBytes, receiveBytes));
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(512);
        _epoll = Libc.Checked(Libc.EpollCreate(0), "epoll_create1");
        Watch((int)_listener.Handle, Libc.EpollAdd, Libc.EpollIn, 0);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Serves on the calling thread until <see cref="Stop"/>.</summary>
    public void Run()
    {
        EpollEvent* events = stackalloc EpollEvent[EventCapacity];
        while (!_stopped)
        {
            int ready = Libc.EpollWait(_epoll, events, EventCapacity, 500);
            for (int i = 0; i < ready; i++)
            {
                if (events[i].Data == 0) Accept();
                else Serve((int)events[i].Data - 1, events[i].Events);
            }
        }
    }

    /// <summary>Ends <see cref="Run"/> within half a second; may be called from any thread.</summary>
    public void Stop() => _stopped = true;

    public void Dispose()
    {
        foreach (LimitConnection? connection in _connections) connection?.Dispose();
        _listener.Dispose();
        _ = Libc.Close(_epoll);
        _area.Dispose();
        _replies.Dispose();
    }

    private void Accept()
    {
        Socket socket = _listener.Accept();
        socket.NoDelay = true;
        int index = _connections.IndexOf(null);
        if (index < 0)
        {
            index = _connections.Count;
            _connections.Add(null);
        }
        LimitConnection connection = new(socket, _replies, _receiveBytes);
        _connections[index] = connection;
        Watch(connection.Descriptor, Libc.EpollAdd, Libc.EpollIn, index + 1);
    }

    private void Serve(int index, uint events)
    {
        LimitConnection? connection = _connections[index];
        if (connection == null) return;
        bool owedBefore = connection.OwesReplies;
        bool alive = owedBefore || connection.Receive(NextTarget(), _receiveBytes);
        if (!owedBefore) _areaOffset += connection.ReceivedBytes;
        alive = alive && connection.Send();
        if (!alive || (owedBefore && (events & (Libc.EpollHangUp | Libc.EpollError)) != 0)) Close(index, connection);
        else if (connection.OwesReplies != owedBefore)
            Watch(connection.Descriptor, Libc.EpollModify, owedBefore ? Libc.EpollIn : Libc.EpollOut, index + 1);
    }

    // The next free place of the walk, or the head of the area when a whole receive no longer fits.
    private byte* NextTarget()
    {
        if (_areaOffset + _receiveBytes > _area.Length) _areaOffset = 0;
        return _area.Address + _areaOffset;
    }

    private void Close(int index, LimitConnection connection)
    {
        _connections[index] = null;
        connection.Dispose();
    }

    private void Watch(int descriptor, int operation, int events, int data)
    {
        EpollEvent change = new() { Events = (uint)events, Data = (ulong)data };
        if (Libc.EpollControl(_epoll, operation, descriptor, &change) < 0) throw Libc.Failure("epoll_ctl");
    }
}
