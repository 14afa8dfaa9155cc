using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Xunit.Sdk;

namespace Pkv.Tests.Support;

/// <summary>
/// A Pkv server on a free loopback port with a pool file of its own (in /dev/shm where there is one), in this process or
/// as a child that can be killed. It can be stopped and started again on the same pool. Disposing stops it and deletes
/// the pool. As a class fixture it runs in this process with one I/O thread. A test during which it failed (an exception
/// or a failed assertion on a thread of its own) fails with the reason, unless <see cref="MayFail"/> is set.
/// </summary>
public sealed class PkvServer : IDisposable
{
    private const int StartTimeoutMs = 30_000;
    private const int StopTimeoutMs = 30_000;
    private static int s_pools;

    private readonly bool _isChild;
    private readonly string[] _options;
    private readonly List<string> _output = [];
    private ServerHost? _host;
    private Process? _process;
    private string? _fault;

    /// <summary>Starts in this process, with one I/O thread.</summary>
    public PkvServer()
        : this(isChild: false, [])
    {
    }

    private PkvServer(bool isChild, string[] options, string? folder = null)
    {
        _isChild = isChild;
        _options = options;
        folder ??= Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        PoolPath = Path.Combine(folder, $"pkv-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_pools)}.pool");
        Start();
    }

    /// <summary>The TCP port on 127.0.0.1. Another one after each start.</summary>
    public int Port { get; private set; }

    /// <summary>The pool file.</summary>
    public string PoolPath { get; }

    /// <summary>The server when it runs in this process.</summary>
    public ServerHost Host => _host ?? throw new InvalidOperationException("the server does not run in this process");

    /// <summary>The process when it runs as a child.</summary>
    public Process Process => _process ?? throw new InvalidOperationException("the server does not run as a child");

    /// <summary>The test makes it fail on purpose.</summary>
    public bool MayFail { get; set; }

    /// <summary>How it failed, which nobody intended, with the trace; null: it did not.</summary>
    public string? Fault => MayFail ? null : _fault ??= _host is { } host ? ServerFault.Of(host.State) : null;

    /// <summary>What a child has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts a server in this process; options as on the command line ("--io-threads", "2").</summary>
    public static PkvServer InProcess(params string[] options) => new(isChild: false, options);

    /// <summary>Starts pkv-server as a child process; options as on the command line.</summary>
    public static PkvServer Child(params string[] options) => new(isChild: true, options);

    /// <summary>The same with the pool in a folder of the caller's choice (medium file unless it is in /dev/shm).</summary>
    public static PkvServer In(string folder, bool isChild, params string[] options) => new(isChild, options, folder);

    /// <summary>A new connection, in RESP2.</summary>
    public RespClient Connect() => new(Port, () => Fault);

    /// <summary>Starts the server again after <see cref="Stop"/> or <see cref="Kill"/>, on the same pool.</summary>
    public void Start()
    {
        ThrownHere.Forget();
        Port = FreePort.Next();
        lock (_output)
            _output.Clear();
        string[] arguments =
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--pool", PoolPath, "--pool-size", "1gb", "--medium",
            PoolPath.StartsWith("/dev/shm", StringComparison.Ordinal) ? "dram" : "file", "--io-threads", "1", .. _options,
        ];
        if (_isChild)
            StartChild(arguments);
        else
            StartHere(arguments);
    }

    /// <summary>Stops as an operator would (SIGTERM for a child), so that everything is on the medium.</summary>
    public void Stop()
    {
        EndHost();
        if (_process is not null)
        {
            Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
            if (!_process.WaitForExit(StopTimeoutMs))
                throw new XunitException($"pkv-server did not stop on SIGTERM\n{Output}");
            EndProcess();
        }
        ThrowFault();
    }

    /// <summary>SIGKILL: a child ends where it stands.</summary>
    public void Kill()
    {
        Process.Kill();
        Process.WaitForExit();
        EndProcess();
    }

    /// <summary>Stops and starts on the same pool.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndHost();
        if (_process is not null)
            Kill();
        try
        {
            File.Delete(PoolPath);
            File.Delete(PoolPath + FunctionFile.Suffix);
        }
        catch (IOException)
        {
            // A disk that a test broke: what the test has to say must not be hidden by it.
        }
        ThrowFault();
    }

    // Told once: a test that stops the server and fails for it disposes it next.
    private void ThrowFault()
    {
        if (Fault is not { } fault)
            return;
        _fault = null;
        throw new ServerFaultException(fault, ThrownHere.Last);
    }

    private void StartHere(string[] arguments)
    {
        ConfigLoadResult config = ConfigLoader.Load(arguments, new ConfigSurroundings { JsonFolders = [], EnvironmentPrefix = "PKVTESTNONE_" });
        if (config.Table is null)
            throw new XunitException($"the server's configuration is wrong: {config.ErrorLine}");
        ILogger logger = NullLogger.Instance;
        _host = ServerHost.Start(config.Table, logger, new LineProgress(logger));
    }

    private void StartChild(string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "pkv-server.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        // Its own word, not an answer on the port: another process may have taken that first.
        var waited = Stopwatch.StartNew();
        while (!Output.Contains($"Ready to accept connections on port {Port}", StringComparison.Ordinal))
        {
            if (!_process.HasExited && waited.ElapsedMilliseconds < StartTimeoutMs)
            {
                Thread.Sleep(10);
                continue;
            }

            if (!_process.HasExited)
                _process.Kill();
            _process.WaitForExit();
            string output = Output;
            EndProcess();
            throw new XunitException($"pkv-server did not start\n{output}");
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
    }

    // One that failed while it stopped has failed, too.
    private void EndHost()
    {
        if (_host is null)
            return;
        _host.Dispose();
        _ = Fault;
        _host = null;
    }

    private void EndProcess()
    {
        // Until all that it printed is here.
        _process?.WaitForExit();
        _fault ??= ServerFault.In(Output);
        _process?.Dispose();
        _process = null;
    }
}
