using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Servers;

/// <summary>
/// A running server that this process started: pinned to one core, in a directory of its own, ended by its id and
/// cleaned up after. Its output is kept in case it fails.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int KeptOutputChars = 4000;
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private static readonly ConcurrentDictionary<ServerProcess, bool> Running = [];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _directory;

    private ServerProcess(ServerSpec spec, Process process, int port, string directory)
    {
        Spec = spec;
        _process = process;
        Port = port;
        _directory = directory;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Running[this] = true;
    }

    public ServerSpec Spec { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Does something with the server. An answer that is wrong comes with what the server said.</summary>
    /// <param name="what">Is done, for the message.</param>
    /// <param name="act">Does it.</param>
    /// <exception cref="BadReplyException">It answered wrongly, or not at all.</exception>
    public void Telling(string what, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is BadReplyException or InvalidDataException or IOException)
        {
            throw new BadReplyException($"{Spec.Name}, {what}: {e.Message}{Environment.NewLine}{Output}");
        }
    }

    /// <summary>Starts the server on a core and waits until it answers a command.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, ended at once, or did not answer in time.</exception>
    public static ServerProcess Start(ServerSpec spec, int core, int clientCore, string workDirectory, int valueBytes, string poolSize, int fields = 0) =>
        Start(spec, info => CorePinning.Start(info, core, clientCore), workDirectory, valueBytes, poolSize, fields);

    /// <summary>As <see cref="Start(ServerSpec, int, int, string, int, string, int)"/>, on any core.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, ended at once, or did not answer in time.</exception>
    public static ServerProcess StartUnpinned(ServerSpec spec, string workDirectory, string poolSize) =>
        Start(spec, static info => Process.Start(info)!, workDirectory, 64, poolSize, 0);

    private static ServerProcess Start(ServerSpec spec, Func<ProcessStartInfo, Process> start, string workDirectory, int valueBytes, string poolSize, int fields)
    {
        if (spec.Command == null) throw new InvalidOperationException($"{spec.Name} is not installed here");
        string directory = Path.Combine(workDirectory, $"pkv-bench-{Environment.ProcessId}-{spec.Name}");
        Directory.CreateDirectory(directory);
        int port = FreePort();
        ProcessStartInfo info = new(spec.Command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        foreach (string argument in spec.Command.Skip(1)) info.ArgumentList.Add(argument);
        foreach (string argument in spec.Arguments(new ServerStart(port, directory, valueBytes, poolSize) { Fields = fields })) info.ArgumentList.Add(argument);
        foreach ((string name, string value) in spec.Environment) info.Environment[name] = value;
        ServerProcess server = new(spec, start(info), port, directory);
        try
        {
            server.AwaitReady();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The last of what the server wrote to its output.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public AdminConnection Connect() => new(Port);

    /// <summary>Ends all servers of this process when a signal ends it; from any thread.</summary>
    public static void EndAll()
    {
        foreach (ServerProcess server in Running.Keys) server.Dispose();
    }

    /// <summary>Asks the server to end, kills it if it does not, and removes its directory.</summary>
    public void Dispose()
    {
        // When a signal ends servers from its own thread, the main thread must not end the process before that is done.
        lock (Running)
        {
            if (Running.TryRemove(this, out _)) End();
        }
    }

    private void End()
    {
        if (!_process.HasExited) _ = Libc.Kill(_process.Id, Libc.SignalTerminate);
        if (!_process.WaitForExit(EndTimeout))
        {
            _ = Libc.Kill(_process.Id, Libc.SignalKill);
        }
        _process.WaitForExit(); // until its last words have been read
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // The port is free when looked for; nobody else on this machine is expected to take it in the next moments.
    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private void AwaitReady()
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!Answers())
        {
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new InvalidOperationException($"{Spec.Name} ended at once with code {_process.ExitCode}: {Output}");
            }
            if (waited.Elapsed > ReadyTimeout) throw new InvalidOperationException($"{Spec.Name} did not answer in {ReadyTimeout.TotalSeconds} s: {Output}");
            Thread.Sleep(20);
        }
    }

    // An error reply (Redis says LOADING while it starts) counts as not yet.
    private bool Answers()
    {
        try
        {
            using AdminConnection connection = Connect();
            string reply = connection.Call("PING");
            return reply == (Spec.StoresValues ? "PONG" : "OK");
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line == null) return;
        lock (_output)
        {
            _output.AppendLine(line);
            if (_output.Length > KeptOutputChars) _output.Remove(0, _output.Length - KeptOutputChars);
        }
    }
}
