using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Pkv.Engine.Execution;
using Pkv.Linux;
using Pkv.Persistence.Media;
using Pkv.Server.Sessions;

namespace Pkv.Server.Net;

/// <summary>
/// The listening sockets. They are polled by the first I/O thread, which hands each new connection to the
/// thread that has fewest.
/// </summary>
public sealed unsafe class Listener(ServerState server) : IDisposable
{
    private const int AcceptsPerTurn = 64;

    // How often the log tells of connections that could not be accepted.
    private const int SayEveryMs = 60_000;

    private readonly List<Socket> _sockets = [];
    private ILogger? _logger;
    private string _boundPath = "";
    private int _spare = -1;
    private long _saidAtMs = -SayEveryMs;

    /// <summary>Nothing is accepted until the next <see cref="Resume"/>. First I/O thread.</summary>
    public bool IsResting { get; private set; }

    /// <summary>The TCP port really listened on (the one asked for, or the kernel's choice for port 0 in tests).</summary>
    public int Port { get; private set; }

    /// <summary>Listens. Throws <see cref="InvalidOperationException"/> with a line for the operator where it cannot.</summary>
    public void Open(ILogger logger)
    {
        _logger = logger;
        OpenSpare();
        foreach (string bind in server.Options.Bind)
        {
            if (server.Options.Port == 0)
                break;
            bool optional = bind.StartsWith('-');
            try
            {
                OpenTcp(AddressOf(bind.TrimStart('-')));
            }
            catch (SocketException e) when (optional)
            {
                logger.LogDebug("not listening on {Address}: {Reason}", bind, e.Message);
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException($"Could not create server TCP listening socket {bind}:{server.Options.Port}: bind: {e.Message}", e);
            }
        }
        if (server.Options.UnixSocket.Length > 0)
            OpenUnix(server.Options.UnixSocket);
        if (_sockets.Count == 0)
            throw new InvalidOperationException("Configured to not listen anywhere, exiting.");
        foreach (Socket socket in _sockets)
        {
            if (!server.Threads[0].Poller.TryAdd((int)socket.Handle, PollCalls.EpollIn))
                throw new InvalidOperationException("the listening socket cannot be polled (fs.epoll.max_user_watches)");
        }
    }

    /// <summary>A listening socket is ready. First I/O thread.</summary>
    public void Accept(int listening)
    {
        byte* address = stackalloc byte[128];
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            uint length = 128;
            int descriptor = SocketCalls.Accept4(listening, address, &length, 0x80800 /* cloexec, nonblock */);
            if (descriptor < 0)
            {
                AcceptFailed(listening, Errno.Current);
                return;
            }
            bool isUnix = address[0] == 1;
            if (server.Clients.Count >= server.Options.MaxClients)
                Refuse(descriptor, "-ERR max number of clients reached\r\n"u8);
            else if (RefusesUnprotected(isUnix, address))
                Refuse(descriptor, Encoding.ASCII.GetBytes(ProtectedModeText));
            else
                HandOver(descriptor, isUnix, address, length);
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
        // Its own only: a start that was refused must not take the name of a server that runs.
        if (_boundPath.Length > 0)
            File.Delete(_boundPath);
        _boundPath = "";
        _sockets.Clear();
        if (_spare >= 0)
            FileCalls.Close(_spare);
        _spare = -1;
    }

    /// <summary>Accepts again after <see cref="IsResting"/>. First I/O thread.</summary>
    public void Resume()
    {
        IsResting = false;
        OpenSpare();
        foreach (Socket socket in _sockets)
            server.Threads[0].Poller.Modify((int)socket.Handle, PollCalls.EpollIn);
    }

    // The connection waits in the backlog, and the socket stays ready: without an end to it, that would be a busy loop.
    private void AcceptFailed(int listening, int error)
    {
        if (error is Errno.EAgain or Errno.EIntr or Errno.EConnAborted)
            return;
        if (Environment.TickCount64 - _saidAtMs >= SayEveryMs)
        {
            _saidAtMs = Environment.TickCount64;
            _logger?.LogWarning("Accepting a client connection failed: {Reason}", System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error));
        }
        if (error is Errno.EMFile or Errno.ENFile && TryRefuseBySpare(listening))
            return;
        IsResting = true;
        foreach (Socket socket in _sockets)
            server.Threads[0].Poller.Modify((int)socket.Handle, 0);
    }

    // A descriptor kept for this: given up, it lets one client in, who is told, and gone, before it is taken back.
    private bool TryRefuseBySpare(int listening)
    {
        if (_spare < 0)
            return false;
        FileCalls.Close(_spare);
        _spare = -1;
        int descriptor = SocketCalls.Accept4(listening, null, null, 0x80800 /* cloexec, nonblock */);
        if (descriptor >= 0)
            Refuse(descriptor, "-ERR max number of clients reached\r\n"u8);
        OpenSpare();
        return _spare >= 0;
    }

    private void OpenSpare() => _spare = _spare >= 0 ? _spare : PollCalls.EventFd(0, 0x80800 /* cloexec, nonblock */);

    private const string ProtectedModeText =
        "-DENIED Pkv is running in protected mode because protected mode is enabled and no password is set for the default user. "
        + "In this mode connections are only accepted from the loopback interface. Set a password (requirepass), bind to loopback, "
        + "or turn protected mode off (protected-mode no).\r\n";

    private void HandOver(int descriptor, bool isUnix, byte* address, uint length)
    {
        if (!isUnix)
            Tune(descriptor);
        Session session = new()
        {
            ConnectedAtMs = Clock.NowMs(),
            LastInteractionMs = Clock.NowMs(),
            IsAuthenticated = server.Options.RequirePass.Length == 0,
            RemoteAddress = isUnix ? server.Options.UnixSocket + ":0" : Text(address),
            IsLocal = isUnix || IPAddress.IsLoopback(EndPointOf(address).Address),
            LocalAddress = isUnix ? server.Options.UnixSocket + ":0" : LocalText(descriptor),
        };
        IoThread thread = server.Threads.MinBy(t => t.ConnectionCount + t.PendingAdoptions)!;
        Connection connection = new(descriptor, thread, session);
        server.Clients.Add(connection);
        if (thread == server.Threads[0])
            thread.Adopt(connection);
        else
            thread.PostAdoption(connection);
    }

    private bool RefusesUnprotected(bool isUnix, byte* address)
    {
        if (isUnix || !server.Options.ProtectedMode || server.Options.RequirePass.Length > 0)
            return false;
        return !IPAddress.IsLoopback(EndPointOf(address).Address);
    }

    private void Refuse(int descriptor, ReadOnlySpan<byte> reason)
    {
        fixed (byte* p = reason)
            SocketCalls.Send(descriptor, p, (nuint)reason.Length, SocketCalls.MsgNoSignal | SocketCalls.MsgDontWait);
        FileCalls.Close(descriptor);
        server.Clients.Rejected++;
    }

    private void OpenTcp(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // .NET's ReuseAddress sets SO_REUSEPORT as well: a second server would get half of this one's clients.
            int on = 1;
            SocketCalls.SetSockOpt((int)socket.Handle, 1 /* SOCKET */, 2 /* REUSEADDR */, &on, sizeof(int));
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, server.Options.Port));
            Listen(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void OpenUnix(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // One that a killed server left; anything else of that name is somebody's file.
            if (FileIdentity.Of(path, out FileIdentity left) == 0 && left.IsSocket)
                File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new InvalidOperationException($"Could not create the Unix socket {path}: {e.Message}", e);
        }
        _boundPath = path;
        if (server.Options.UnixSocketPermissions != 0)
            FileCalls.Chmod(path, (uint)server.Options.UnixSocketPermissions);
        Listen(socket);
    }

    private void Listen(Socket socket)
    {
        socket.Blocking = false;
        socket.Listen(server.Options.TcpBacklog);
        _sockets.Add(socket);
    }

    private void Tune(int descriptor)
    {
        int on = 1;
        SocketCalls.SetSockOpt(descriptor, 6 /* TCP */, 1 /* NODELAY */, &on, sizeof(int));
        int seconds = server.Options.TcpKeepaliveSeconds;
        if (seconds <= 0)
            return;
        int interval = Math.Max(1, seconds / 3), probes = 3;
        SocketCalls.SetSockOpt(descriptor, 1 /* SOCKET */, 9 /* KEEPALIVE */, &on, sizeof(int));
        SocketCalls.SetSockOpt(descriptor, 6, 4 /* KEEPIDLE */, &seconds, sizeof(int));
        SocketCalls.SetSockOpt(descriptor, 6, 5 /* KEEPINTVL */, &interval, sizeof(int));
        SocketCalls.SetSockOpt(descriptor, 6, 6 /* KEEPCNT */, &probes, sizeof(int));
    }

    private static IPAddress AddressOf(string bind) => bind switch
    {
        "*" => IPAddress.Any,
        "::*" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(bind, out IPAddress? address) ? address
            : throw new InvalidOperationException($"bind: '{bind}' is not an IP address"),
    };

    // struct sockaddr_in and sockaddr_in6: family (host order), port (network order), then the address.
    private static IPEndPoint EndPointOf(byte* address)
    {
        int port = address[2] << 8 | address[3];
        bool isV6 = *(ushort*)address == 10;
        return new IPEndPoint(new IPAddress(isV6 ? new ReadOnlySpan<byte>(address + 8, 16) : new ReadOnlySpan<byte>(address + 4, 4)), port);
    }

    private static string Text(byte* address) => EndPointOf(address).ToString();

    private static string LocalText(int descriptor)
    {
        byte* address = stackalloc byte[128];
        uint length = 128;
        return SocketCalls.GetSockName(descriptor, address, &length) == 0 ? Text(address) : "";
    }
}
