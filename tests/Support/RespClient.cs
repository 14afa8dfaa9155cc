using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Tests.Support;

/// <summary>
/// A raw client: sends commands or any bytes, reads replies as trees. Strings stand for bytes, one character each
/// (Latin-1). A reply that does not come within <see cref="TimeoutMs"/> fails the test. Not thread-safe.
/// </summary>
public sealed class RespClient : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private const int StartTimeoutMs = 20_000;

    private readonly TcpClient _socket;
    private readonly NetworkStream _raw;
    private readonly BufferedStream _input;
    private readonly Func<string?>? _faultOf;

    /// <summary>Connects to 127.0.0.1.</summary>
    /// <param name="port">The server's.</param>
    /// <param name="faultOf">How the server failed, if it did: told where a reply does not come.</param>
    public RespClient(int port, Func<string?>? faultOf = null)
    {
        _faultOf = faultOf;
        _socket = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _raw = _socket.GetStream();
        _input = new BufferedStream(_raw, BufferBytes);
        TimeoutMs = 20_000;
    }

    /// <summary>How long a read or a write may wait, milliseconds.</summary>
    public int TimeoutMs
    {
        get => _raw.ReadTimeout;
        set => _raw.ReadTimeout = _raw.WriteTimeout = value;
    }

    /// <summary>The socket, for tests of half-closed and slow connections.</summary>
    public Socket Socket => _socket.Client;

    /// <summary>Connects as soon as a server that is starting listens; gives up when it has exited, or after 20 s.</summary>
    public static RespClient ConnectWhenUp(int port, Func<bool> hasExited)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(10))
        {
            try
            {
                return new RespClient(port);
            }
            catch (SocketException) when (waited.ElapsedMilliseconds < StartTimeoutMs && !hasExited())
            {
                // not listening yet
            }
        }
    }

    /// <summary>The bytes of one command.</summary>
    public static byte[] Encode(params string[] arguments)
    {
        var request = new StringBuilder();
        Encode(request, arguments);
        return Encoding.Latin1.GetBytes(request.ToString());
    }

    /// <summary>Sends one command and reads its reply.</summary>
    public RespNode Call(params string[] arguments)
    {
        Send(arguments);
        return Read();
    }

    /// <summary>Sends one command.</summary>
    public void Send(params string[] arguments) => SendRaw(Encode(arguments));

    /// <summary>Sends bytes as they are.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes) => _raw.Write(bytes);

    /// <summary>Reads one reply.</summary>
    public RespNode Read()
    {
        try
        {
            return RespNode.Read(_input);
        }
        catch (IOException e) when (_faultOf?.Invoke() is { } fault)
        {
            throw new IOException($"{e.Message}\n{fault}", e);
        }
    }

    /// <summary>Sends all commands while it reads their replies, of which there is one for each.</summary>
    public IReadOnlyList<RespNode> Pipeline(IReadOnlyList<string[]> commands)
    {
        var request = new StringBuilder();
        foreach (string[] arguments in commands)
            Encode(request, arguments);
        byte[] bytes = Encoding.Latin1.GetBytes(request.ToString());
        Task sending = Task.Run(() => _raw.Write(bytes));
        var replies = new RespNode[commands.Count];
        for (int i = 0; i < replies.Length; i++)
            replies[i] = Read();
        sending.GetAwaiter().GetResult();
        return replies;
    }

    /// <summary>Reads up to the end of the connection; true when the server closed it without another byte.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            return _input.ReadByte() < 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _socket.Dispose();
    }

    private static void Encode(StringBuilder request, string[] arguments)
    {
        request.Append(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
            request.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n").Append(argument).Append("\r\n");
    }
}
