using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Pkv.Server.Sessions;
using Pkv.Zio.Sockets;

namespace Pkv.Server.Net;

/// <summary>
/// The listening sockets. They are polled by the first I/O thread, which hands each new connection to the
/// thread that has fewest.
/// </summary>
public sealed unsafe class Listener(ServerState server) : IDisposable
{
    private const int AcceptsPerTurn = 64;

    private readonly List<Socket> _sockets = [];

    /// <summary>The TCP port really listened on (the one asked for, or the kernel's choice for port 0 in tests).</summary>
    public int Port { get; private set; }

    /// <summary>Listens. Throws <see cref="SocketException"/> with the address in its data when one cannot be bound.</summary>
    public void Open(ILogger logger)
    {
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
            server.Threads[0].Poller.Add((int)socket.Handle, Libc.EpollIn);
    }

    /// <summary>A listening socket is ready. First I/O thread.</summary>
    public void Accept(int listening)
    {
        byte* address = stackalloc byte[128];
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            uint length = 128;
            int descriptor = Libc.Accept4(listening, address, &length, 0x80800 /* cloexec, nonblock */);
            if (descriptor < 0)
                return;
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
        if (server.Options.UnixSocket.Length > 0)
            File.Delete(server.Options.UnixSocket);
        _sockets.Clear();
    }

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
            Libc.Send(descriptor, p, (nuint)reason.Length, Libc.MsgNoSignal | Libc.MsgDontWait);
        Libc.Close(descriptor);
        server.Clients.Rejected++;
    }

    private void OpenTcp(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        socket.Bind(new IPEndPoint(address, server.Options.Port));
        Listen(socket);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void OpenUnix(string path)
    {
        File.Delete(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        if (server.Options.UnixSocketPermissions != 0)
            Libc.Chmod(path, (uint)server.Options.UnixSocketPermissions);
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
        Libc.SetSockOpt(descriptor, 6 /* TCP */, 1 /* NODELAY */, &on, sizeof(int));
        int seconds = server.Options.TcpKeepaliveSeconds;
        if (seconds <= 0)
            return;
        int interval = Math.Max(1, seconds / 3), probes = 3;
        Libc.SetSockOpt(descriptor, 1 /* SOCKET */, 9 /* KEEPALIVE */, &on, sizeof(int));
        Libc.SetSockOpt(descriptor, 6, 4 /* KEEPIDLE */, &seconds, sizeof(int));
        Libc.SetSockOpt(descriptor, 6, 5 /* KEEPINTVL */, &interval, sizeof(int));
        Libc.SetSockOpt(descriptor, 6, 6 /* KEEPCNT */, &probes, sizeof(int));
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
        return Libc.GetSockName(descriptor, address, &length) == 0 ? Text(address) : "";
    }
}
