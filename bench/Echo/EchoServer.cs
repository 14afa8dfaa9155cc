using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Echo;

/// <summary>
/// A running echo server: pinned to one core, with libzio or without. It ends when its standard input does, so none is
/// left behind even if this process is killed.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private const int KeptOutputChars = 4000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30), EndTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private EchoServer(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; private set; }

    public int ProcessId => _process.Id;

    /// <summary>The last of what the server and the library wrote to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <exception cref="InvalidOperationException">It ended at once, or did not say its port in time.</exception>
    public static EchoServer Start(EchoProgram program, EchoSystem system, EchoCell cell, int core, int clientCore)
    {
        ProcessStartInfo info = new(program.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (int number in (int[])[cell.SizeBytes, cell.Copies, cell.Touches]) info.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        info.ArgumentList.Add(system.IsBound ? "bound" : "copy");
        if (system.Engine is { } engine)
        {
            info.Environment["ZIO_ENGINE"] = engine;
            foreach ((string name, string value) in ZioPreload.Variables(program.LibraryPath!, "on", tells: true)) info.Environment[name] = value;
        }
        EchoServer server = new(CorePinning.Start(info, core, clientCore));
        try
        {
            server.AwaitPort();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Lets it end and answers what the library counted; empty without the library.</summary>
    /// <exception cref="BadReplyException">It did not end, or not well.</exception>
    public IReadOnlyDictionary<string, long> End()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(EndTimeout)) throw new BadReplyException($"the echo server did not end: {Errors}");
        _process.WaitForExit(); // and until its output is read
        return _process.ExitCode == 0 ? ZioPreload.Counters(Errors) : throw new BadReplyException($"the echo server ended with {_process.ExitCode}: {Errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void AwaitPort()
    {
        using CancellationTokenSource timeout = new(StartTimeout);
        string? line;
        try
        {
            line = _process.StandardOutput.ReadLineAsync(timeout.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            line = null;
        }
        if (line == null || !line.StartsWith("port ", StringComparison.Ordinal)) throw new InvalidOperationException($"the echo server did not start: {Errors}");
        Port = int.Parse(line.AsSpan("port ".Length), CultureInfo.InvariantCulture);
    }

    private void Keep(string? line)
    {
        if (line == null) return;
        lock (_errors)
        {
            _errors.AppendLine(line);
            if (_errors.Length > KeptOutputChars) _errors.Remove(0, _errors.Length - KeptOutputChars);
        }
    }
}
