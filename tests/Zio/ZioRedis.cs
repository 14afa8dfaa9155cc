using System.Diagnostics;
using Pkv.Tests.Support;

namespace Pkv.Tests.Zio;

/// <summary>
/// A redis-server with its append-only file written at every command, in a folder of its own, with libzio or without.
/// Ends as an operator would end it. Not thread-safe.
/// </summary>
internal sealed class ZioRedis : IDisposable
{
    private const int EndMs = 30_000;

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <param name="folder">Its data; what is there is loaded.</param>
    /// <param name="engine">Under libzio with this engine; null: without it.</param>
    /// <param name="appends">With the append-only file; else a snapshot is loaded, if there is one.</param>
    public ZioRedis(string folder, string? engine, bool appends = true)
    {
        int port = FreePort.Next();
        ProcessStartInfo info = new(ReferenceRedis.FindProgram()!, ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", appends ? "yes" : "no",
            "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0", "--enable-debug-command", "yes", "--enable-protected-configs", "yes"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        if (engine != null)
        {
            info.Environment["ZIO_ENGINE"] = engine;
            info.Environment["LD_PRELOAD"] = ZioTools.Library;
            info.Environment["ZIO_STATS"] = "1";
        }
        _process = Process.Start(info)!;
        _process.OutputDataReceived += static (_, _) => { }; // drained, so that the server never waits for us
        _process.BeginOutputReadLine();
        _errors = _process.StandardError.ReadToEndAsync();
        Client = RespClient.ConnectWhenUp(port, () => _process.HasExited);
        while (Client.Call("PING") is { IsError: true })
        {
            // It loads.
        }
    }

    public RespClient Client { get; }

    /// <summary>Redis's own checksum of all data.</summary>
    public string Digest() => Client.Call("DEBUG", "DIGEST").Text;

    /// <summary>A field of INFO persistence.</summary>
    public string Persistence(string field) => Client.Call("INFO", "persistence").Text.Split("\r\n").First(line => line.StartsWith($"{field}:", StringComparison.Ordinal))[(field.Length + 1)..];

    /// <summary>Ends it in good order.</summary>
    /// <returns>What was said on standard error: the library's counters.</returns>
    public ZioRun End()
    {
        Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        if (!_process.WaitForExit(EndMs))
            _process.Kill();
        _process.WaitForExit();
        return new ZioRun(_process.ExitCode, "", _errors.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
