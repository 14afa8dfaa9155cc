using System.Diagnostics;

namespace Pkv.Tests.Support;

/// <summary>
/// A redis-server of our own on a free loopback port, without persistence: the truth that Pkv is compared with. One per
/// test class; ends with it. Not thread-safe.
/// </summary>
public sealed class ReferenceRedis : IDisposable
{
    private readonly Process? _server;
    private readonly RespClient? _client;

    /// <summary>Starts the server if it is installed; otherwise the first call fails.</summary>
    public ReferenceRedis()
    {
        if (FindProgram() is not { } program)
            return;
        Port = FreePort.Next();
        string[] arguments = ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        _server = Process.Start(start)!;
        _server.OutputDataReceived += static (_, _) => { }; // drained, so that the server never waits for us
        _server.BeginOutputReadLine();
        _client = RespClient.ConnectWhenUp(Port, () => _server.HasExited);
        Call("HELLO", "3");
    }

    /// <summary>Its TCP port on 127.0.0.1, or 0 when it is not installed.</summary>
    public int Port { get; }

    /// <summary>The path of redis-server, or null.</summary>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

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

    private static InvalidOperationException NotInstalled() => new("redis-server is not on the PATH");
}
