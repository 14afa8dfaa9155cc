using Microsoft.Extensions.Logging;
using Pkv.Engine.Cleaning;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Server.Configuration;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Hosting;

/// <summary>
/// Starts a server: medium, pool, recovery, threads, listener, in that order, and stops it in the reverse order. Failures
/// are a <see cref="MediumException"/> or <see cref="InvalidOperationException"/> whose message is one line for the
/// operator.
/// </summary>
public sealed class ServerHost : IDisposable
{
    // How long an end waits for a script.
    private const long MaxScriptWaitMs = 5000;

    private readonly ILogger _logger;
    private readonly IProgressSink _progress;
    private readonly List<Thread> _threads = [];
    private readonly HeapTrimmer _trimmer;
    private PoolKeeper? _keeper;
    private bool _isSealed;
    private PoolFileWatch? _fileWatch;

    private ServerHost(ServerState state, MediumFactory.Choice medium, ILogger logger, IProgressSink progress)
    {
        State = state;
        _trimmer = new HeapTrimmer(state);
        Medium = medium;
        _logger = logger;
        _progress = progress;
    }

    public ServerState State { get; }

    public MediumFactory.Choice Medium { get; }

    /// <summary>Opens everything, recovers the data set, and serves. Returns when clients can connect.</summary>
    public static ServerHost Start(ConfigTable config, ILogger logger, IProgressSink progress) =>
        Start(config, logger, progress, listens: true);

    /// <summary>The same without listening: for work on a pool that nobody is to connect to meanwhile.</summary>
    public static ServerHost StartOffline(ConfigTable config, ILogger logger, IProgressSink progress) =>
        Start(config, logger, progress, listens: false);

    private static ServerHost Start(ConfigTable config, ILogger logger, IProgressSink progress, bool listens)
    {
        Monitoring.HeapPauses.Watch();
        Monitoring.NativeHeap.MapLargeBlocks();
        if (File.Exists(config.Options.Dir))
            throw new InvalidOperationException($"dir '{config.Options.Dir}' is a file, not a folder");
        return Start(config, MediumFactory.Open(config.Options), logger, progress, listens);
    }

    /// <summary>The same on a medium that is open already; it belongs to the host from now on.</summary>
    internal static ServerHost Start(ConfigTable config, MediumFactory.Choice medium, ILogger logger, IProgressSink progress, bool listens = true)
    {
        logger.LogInformation("Medium {Kind} ({Reason}); pool {Path}, at most {Size} MiB; {Promise}",
            medium.Medium.Kind.ToString().ToLowerInvariant(), medium.Reason, medium.Path, medium.MaxBytes >> 20, medium.Medium.Promise);
        ServerHost host = Open(config, medium, logger, progress);
        LiveConfig.Attach(host.State);
        host.State.Log = line => logger.LogInformation("{Line}", line);
        try
        {
            host.MeetClients(listens);
        }
        catch
        {
            host.Dispose();
            throw;
        }
        return host;
    }

    // The last steps: from here on somebody may depend on the server.
    private void MeetClients(bool listens)
    {
        if (KeyCount() == 0)
            RedisFiles.Warn(State.Options, State.PoolPath, _logger);
        _fileWatch = new PoolFileWatch(State, _logger);
        if (listens)
        {
            AssemblyPreload.Load();
            MakeRoomForClients(State.Options, _logger);
            State.Listener.Open(_logger);
        }
        Serve();
    }

    /// <summary>Opens the pool and recovers the data set without serving clients: for callers that only inspect the pool.</summary>
    internal static ServerHost Open(ConfigTable config, MediumFactory.Choice medium, ILogger logger, IProgressSink progress)
    {
        PkvOptions options = config.Options;
        ServerHost? host = null;
        try
        {
            Pool pool = Pool.Open(medium.Medium, new PoolOptions
            {
                MaxBytes = medium.MaxBytes,
                Threads = options.IoThreads,
                Prefault = options.Prefault,
                PrefaultProgress = (done, total) => progress.Report("Faulting in the pool", done, total, "bytes"),
            });
            host = new ServerHost(new ServerState(config, pool) { PoolPath = medium.Path, MediumReason = medium.Reason }, medium, logger, progress);
            progress.Done();
            if (!pool.Created)
                host.Recover();
            FunctionFile.Attach(host.State, logger);
            return host;
        }
        catch
        {
            progress.Done();
            host?.Dispose();
            if (host is null)
                medium.Medium.Dispose();
            throw;
        }
    }

    // All that the server has open by itself is open by now.
    private static void MakeRoomForClients(PkvOptions options, ILogger logger)
    {
        long own = FileDescriptorLimit.Own(clients: 0);
        long descriptors = FileDescriptorLimit.Raise(options.MaxClients, own);
        long supported = descriptors - own;
        if (supported >= options.MaxClients)
            return;
        if (supported < 1)
        {
            throw new InvalidOperationException(
                $"the open-file limit of {descriptors} (ulimit -n) leaves no room for clients: the server itself needs {own}; raise it to at least {own + 1}");
        }
        logger.LogWarning("maxclients is {Asked}, but the open-file limit is {Descriptors} (ulimit -n), and the server itself needs {Own}: maxclients is reduced to {Supported}",
            options.MaxClients, descriptors, own, supported);
        options.MaxClients = supported;
    }

    /// <summary>Serves until asked to stop.</summary>
    public void WaitForShutdown() => State.ShutdownRequested.Wait();

    /// <summary>
    /// Stops serving. Afterwards everything acknowledged is on the device, as far as the medium guarantees it. After a
    /// <see cref="ServerState.Fatal"/> error it does nothing: threads may wait forever for locks that another one held when it ended,
    /// and the process ends as a killed one does.
    /// </summary>
    public void Dispose()
    {
        _fileWatch?.Dispose();
        if (State.Fatal is not null)
            return;
        foreach (IoThread thread in State.Threads)
            thread.Stop();
        if (!JoinThreads())
            return;
        // One that was never served has threads that never ran: they still hold what their loops would have needed.
        foreach (IoThread thread in State.Threads.Skip(_threads.Count))
            thread.Run();
        State.Listener.Dispose();
        _keeper?.Stop();
        State.Durability.Stop();
        State.Pool.Dispose();
        foreach (IoThread thread in State.Threads)
            thread.CloseLast();
        State.Keyspace.Dispose();
    }

    // A script that has written cannot be ended in the middle. One that never ends is left, with what it wrote uncommitted: the process
    // ends as a killed one does.
    private bool JoinThreads()
    {
        long until = Environment.TickCount64 + MaxScriptWaitMs;
        for (int i = 0; i < _threads.Count; i++)
        {
            while (!_threads[i].Join(100))
            {
                if (Environment.TickCount64 < until || !State.Threads[i].Engine.Scripts.Levels.Any(static level => level.Running is not null))
                    continue;
                _logger.LogWarning("A script that has written does not end: the server ends without it, and nothing of what it wrote is kept");
                return false;
            }
        }
        return true;
    }

    private void Recover()
    {
        long began = Environment.TickCount64;
        int workers = State.Options.IoThreads;
        PoolScanner scanner = new(State.Pool);
        RecoveredEntry[] entries = scanner.Scan(workers, (done, total) => _progress.Report("Checking the log", done, total, "bytes"));
        foreach (PoolDamage damage in scanner.Damages)
            _logger.LogError("Damage: {Damage}", damage);
        if (scanner.Damages.Count > 0 && State.Options.RecoveryMode == RecoveryMode.Strict)
        {
            throw new MediumException(
                $"the pool is damaged in {scanner.Damages.Count} place(s), first {scanner.Damages[0]}; "
                + "nothing was changed; start with --recovery-mode salvage to keep what is intact");
        }
        Replayer replayer = new(State.Engine, workers);
        string? error = replayer.Replay(entries, (done, total) => _progress.Report("Replaying the log", done, total, "entries"));
        if (error is not null)
            throw new MediumException($"the pool cannot be replayed: {error}");
        long keys = KeyCount();
        double seconds = Math.Max(1, Environment.TickCount64 - began) / 1000.0;
        State.LastRecovery = new RecoveryFigures(keys, replayer.Commands, scanner.RecordBytes, seconds, workers, scanner.TornEntries, scanner.Damages.Count);
        if (scanner.Damages.Count > 0)
            scanner.Repair();
        _isSealed = State.Pool.Recovery.Seal();
        State.Pool.Recovery.NoteEmptied(State.Engine.Live.Of);
        _progress.Done();
        _logger.LogInformation("Recovered {Keys} keys from {Commands} commands ({Bytes} MiB) in {Seconds:F2} s, {Rate:F2} M commands/s on {Workers} thread(s); {Torn} torn entries cut",
            keys, replayer.Commands, scanner.RecordBytes >> 20, seconds, replayer.Commands / seconds / 1e6, workers, scanner.TornEntries);
    }

    // Threads go on in the segments that the last life left half filled: survivors first, for the cleaner needs room most. Not
    // where the pool has holes that cannot be filled: one may lie in the free part of such a segment.
    private void ReopenSegments()
    {
        if (!_isSealed || State.Pool.Medium.IsDeviceFull)
            return;
        Func<IoThread, AppendLog>[] logs = [static t => t.Engine.Survivors, static t => t.Effects, static t => t.Received];
        Queue<Segment> reopened = new(State.Pool.Recovery.Reopen(2 * logs.Length * State.Threads.Length));
        for (int round = 0; round < 2; round++)
        {
            foreach (Func<IoThread, AppendLog> log in logs)
            {
                foreach (IoThread thread in State.Threads)
                {
                    if (reopened.TryPeek(out Segment? segment) && log(thread).TryAdopt(segment))
                        reopened.Dequeue();
                }
            }
        }
        foreach (Segment segment in reopened)
            State.Pool.Seal(segment);
    }

    private void Serve()
    {
        ReopenSegments();
        State.Durability.Start();
        // Noted once they run: a thread that the system refuses must not be waited for.
        PoolKeeper keeper = new(State.Engine, Tidy);
        keeper.Start();
        _keeper = keeper;
        foreach (IoThread thread in State.Threads)
        {
            Thread os = new(() => Run(thread), 16 << 20) { Name = $"pkv-io-{thread.Number}", IsBackground = true };
            os.Start();
            _threads.Add(os);
        }
    }

    // Beside the pool, by its keeper.
    private void Tidy(long nowMs)
    {
        GrowingMemory.FreeLeft();
        _trimmer.Run(nowMs);
    }

    // An exception that nobody could contain: others may wait for locks that the thread held.
    private void Run(IoThread thread)
    {
        try
        {
            thread.Run();
        }
        catch (Exception e)
        {
            State.EndFatally($"pkv-io-{thread.Number}, {thread.Context.Spec?.FullName ?? "no command yet"}", e);
        }
    }

    private long KeyCount()
    {
        long keys = 0;
        foreach (Database database in State.Keyspace.Databases)
            keys += database.KeyCount;
        return keys;
    }
}
