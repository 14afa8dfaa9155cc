using System.Diagnostics;

namespace Pkv.Tests.Support;

/// <summary>
/// A redis-server of our own on a free loopback port, without persistence: the truth that Pkv is compared with. One per
/// test class; ends with it. Not thread-safe.
/// </summary>
public sealed class ReferenceRedis : IDisposable
{
    private const int StartAttempts = 5;

    private readonly Process? _server;
    private readonly RespClient? _client;

    /// <summary>Starts the server if it is installed; otherwise the first call fails.</summary>
    public ReferenceRedis()
        : this([])
    {
    }

    private ReferenceRedis(string[] options)
    {
        if (FindProgram() is not { } program)
            return;
        (_server, _client, Port) = StartOwn(program, options);
        Call("HELLO", "3");
        // HELLO is answered also while it loads; PING is not.
        while (Call("PING") is { IsError: true } reply)
        {
            if (!reply.Text.StartsWith("LOADING", StringComparison.Ordinal))
                throw new InvalidOperationException(reply.Text);
        }
    }

    /// <summary>One with options of its own; returns when it has loaded what it found in its directory.</summary>
    public static ReferenceRedis With(params string[] options) => new(options);

    /// <summary>Its TCP port on 127.0.0.1, or 0 when it is not installed.</summary>
    public int Port { get; }

    /// <summary>The path of redis-server, or null.</summary>
    public static string? FindProgram() => ProgramPath.Find("redis-server");

    /// <summary>Why there is none here, or null.</summary>
    public static string? Obstacle =>
        FindProgram() is null ? "redis-server is not on the PATH; install it (Debian: redis-server) to compare with it" : null;

    /// <summary>A new connection, in RESP2.</summary>
    public RespClient Connect() => _client is null ? throw NotInstalled() : new RespClient(Port);

    /// <summary>Sends one command over a connection that speaks RESP3, and reads its reply.</summary>
    public RespNode Call(params string[] arguments) => _client is null ? throw NotInstalled() : _client.Call(arguments);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _server?.Kill();
        _server?.WaitForExit();
        _server?.Dispose();
    }

    // Another process may take the port first: what answers there must be the process we started, since tests flush it.
    private static (Process Server, RespClient Client, int Port) StartOwn(string program, string[] options)
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Next();
            string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. options];
            Process server = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            server.OutputDataReceived += static (_, _) => { }; // drained, so that the server never waits for us
            server.BeginOutputReadLine();
            RespClient? client = null;
            try
            {
                client = RespClient.ConnectWhenUp(port, () => server.HasExited);
                if (client.Call("INFO", "server").Text.Contains($"\r\nprocess_id:{server.Id}\r\n", StringComparison.Ordinal))
                    return (server, client, port);
                throw new InvalidOperationException($"port {port} belongs to another server");
            }
            catch (Exception) when (attempt < StartAttempts)
            {
                Discard(server, client);
            }
            catch
            {
                Discard(server, client);
                throw;
            }
        }
    }

    private static void Discard(Process server, RespClient? client)
    {
        client?.Dispose();
        if (!server.HasExited)
            server.Kill();
        server.WaitForExit();
        server.Dispose();
    }

    private static InvalidOperationException NotInstalled() => new("redis-server is not on the PATH");
}
