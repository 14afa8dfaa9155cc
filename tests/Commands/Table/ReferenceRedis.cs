using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Tests.Commands.Table;

/// <summary>
/// A redis-server of our own on a free loopback port, without persistence, spoken to over RESP3; the truth that the
/// command table is compared with. One per test class; ends with it. Not thread-safe.
/// </summary>
public sealed class ReferenceRedis : IDisposable
{
    private static readonly TimeSpan _startTimeMax = TimeSpan.FromSeconds(20);

    private readonly Process? _server;
    private readonly TcpClient? _client;
    private readonly BufferedStream? _stream;

    /// <summary>Starts the server if it is installed; otherwise the first call fails.</summary>
    public ReferenceRedis()
    {
        if (FindProgram() is not { } program)
            return;
        int port = FreePort();
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        _server = Process.Start(start)!;
        _server.OutputDataReceived += static (_, _) => { }; // drained, so that the server never waits for us
        _server.BeginOutputReadLine();
        _client = Connect(port);
        _stream = new BufferedStream(_client.GetStream(), 1 << 16);
        Call("HELLO", "3");
    }

    /// <summary>The path of redis-server, or null.</summary>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _server?.Kill();
        _server?.WaitForExit();
        _server?.Dispose();
    }

    /// <summary>Sends one command and reads its reply.</summary>
    internal RespNode Call(params string[] arguments)
    {
        if (_stream is null)
            throw new InvalidOperationException("redis-server is not on the PATH");
        var request = new StringBuilder($"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
            request.Append($"${argument.Length}\r\n{argument}\r\n");
        _stream.Write(Encoding.Latin1.GetBytes(request.ToString()));
        _stream.Flush();
        return RespNode.Read(_stream);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private TcpClient Connect(int port)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(20))
        {
            try
            {
                return new TcpClient("127.0.0.1", port);
            }
            catch (SocketException) when (waited.Elapsed < _startTimeMax && !_server!.HasExited)
            {
                // not listening yet
            }
        }
    }
}
