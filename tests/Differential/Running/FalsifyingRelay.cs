using System.Net;
using System.Net.Sockets;
using System.Text;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// Stands before a server and replaces a text in what passes, wherever it is cut: a server that is wrong in one thing.
/// The two texts are of the same length.
/// </summary>
public sealed class FalsifyingRelay : IDisposable
{
    private readonly int _serverPort;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Listens on a free port.</summary>
    /// <param name="serverPort">The server's port on 127.0.0.1.</param>
    public FalsifyingRelay(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What to look for in requests, and what to put in its place.</summary>
    public (string From, string To)? Request { get; init; }

    /// <summary>What to look for in replies, and what to put in its place.</summary>
    public (string From, string To)? Reply { get; init; }

    /// <summary>A connection to the server through the relay.</summary>
    public RespClient Connect() => new(((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient("127.0.0.1", _serverPort) { NoDelay = true };
                client.NoDelay = true;
                _ = PassAsync(client, server, Request);
                _ = PassAsync(server, client, Reply);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the relay was disposed
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient to, (string From, string To)? change)
    {
        byte[] buffer = new byte[1 << 16], sought = Encoding.Latin1.GetBytes(change?.From ?? ""), instead = Encoding.Latin1.GetBytes(change?.To ?? "");
        int held = 0;
        try
        {
            while (true)
            {
                int received = await from.GetStream().ReadAsync(buffer.AsMemory(held));
                if (received == 0)
                    break;
                int length = held + received;
                if (sought.Length > 0)
                    Replace(buffer.AsSpan(0, length), sought, instead);
                // What may be the beginning of it waits for the rest; a batch never ends inside one.
                held = sought.Length > 0 ? BeginningAtEnd(buffer.AsSpan(0, length), sought) : 0;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length - held));
                buffer.AsSpan(length - held, held).CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // one side is gone: so is the other
        }

        from.Dispose();
        to.Dispose();
    }

    private static void Replace(Span<byte> bytes, byte[] sought, byte[] instead)
    {
        for (int at = bytes.IndexOf(sought); at >= 0;)
        {
            instead.CopyTo(bytes[at..]);
            int next = bytes[(at + instead.Length)..].IndexOf(sought);
            at = next < 0 ? -1 : at + instead.Length + next;
        }
    }

    private static int BeginningAtEnd(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sought)
    {
        for (int length = Math.Min(sought.Length - 1, bytes.Length); length > 0; length--)
        {
            if (bytes.EndsWith(sought[..length]))
                return length;
        }

        return 0;
    }
}
