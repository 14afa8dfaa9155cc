using System.Security.Cryptography;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Server.Blocking;
using Pkv.Server.Cleaning;
using Pkv.Server.Commands;
using Pkv.Server.Configuration;
using Pkv.Server.Eviction;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Server.PubSub;
using Pkv.Server.Records;
using Pkv.Server.Sessions;
using Pkv.Server.Table;

namespace Pkv.Server;

/// <summary>What the parts of one running server share. Created once at startup; each part has its own thread rule.</summary>
public sealed class ServerState
{
    private static readonly byte[] s_fileMissingError =
        [.. "MISCONF The pool's file was deleted, moved or replaced: what is written now would be lost when the server ends. Writes are refused. See the server's log for how to save the data."u8];

    private FatalError? _fatal;

    public ServerState(ConfigTable config, Pool pool)
    {
        Config = config;
        Options = config.Options;
        Pool = pool;
        int threads = Options.IoThreads;
        Keyspace = new KeyspaceState(pool, Options.Databases);
        LogWriters = [.. Enumerable.Range(0, threads * InnerTurns.Writers).Select(i => new LogWriter(pool, i))];
        Live = [.. Enumerable.Range(0, threads).Select(_ => new LiveBytes(pool.CeilingSlots))];
        Space = new SpaceLimit(this);
        Space.Changed();
        Cleaning = new PoolCleaning(this);
        ClaimLimit = new ClaimLimit(pool, Cleaning, threads);
        Bindings = CommandBindings.Build();
        foreach (CommandRename rename in Options.CommandRenames)
            _ = Names.Rename(rename.Command, rename.NewName);
        SlowLog = new SlowLog(Options);
        CrossProtocol = new CrossProtocolGuard(line => Log?.Invoke(line));
        Durability = new Durability(this);
        Rates = new RateSampler(this);
        Latency = new LatencyMonitor(Options);
        Clients = new ClientRegistry();
        Listener = new Listener(this);
        Threads = [.. Enumerable.Range(0, threads).Select(i => new IoThread(this, i))];
    }

    public ConfigTable Config { get; }
    public PkvOptions Options { get; }
    public Pool Pool { get; }
    public KeyspaceState Keyspace { get; }

    /// <summary>First one of each I/O thread, then those that inner turns may need.</summary>
    public LogWriter[] LogWriters { get; }
    public LiveBytes[] Live { get; }
    public SpaceLimit Space { get; }
    public PoolCleaning Cleaning { get; }
    public ClaimLimit ClaimLimit { get; }
    public CommandBinding?[] Bindings { get; }

    /// <summary>What rename-command made of the commands' names.</summary>
    public CommandNames Names { get; } = new();

    public IoThread[] Threads { get; }
    public WatchTable Watches { get; } = new();
    public BlockingTable Blocking { get; } = new();
    public PubSubRegistry PubSub { get; } = new();
    public ClientRegistry Clients { get; }
    public PauseState Pause { get; } = new();
    public MonitorFeed Monitors { get; } = new();
    public SlowLog SlowLog { get; }
    public CrossProtocolGuard CrossProtocol { get; }
    public Durability Durability { get; }
    public RateSampler Rates { get; }
    public LatencyMonitor Latency { get; }
    public Listener Listener { get; }

    /// <summary>40 hexadecimal digits, new at every start.</summary>
    public string RunId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public long StartedMs { get; } = Clock.NowMs();

    /// <summary>Why writes are refused, as an error reply; null while they are not. Any thread.</summary>
    public byte[]? WriteError => DeviceError ?? (PoolFileMissing ? s_fileMissingError : null);

    /// <summary>The device fails.</summary>
    public byte[]? DeviceError { get; set; }

    /// <summary>The pool's file is no longer under its name: what is written now is gone when the process ends. Any thread.</summary>
    public bool PoolFileMissing { get; set; }

    /// <summary>All functions of the server are compiled: nobody waits for that any more. Any thread.</summary>
    public bool IsCodePrepared { get; set; }

    /// <summary>Why the process has to end, whatever it is doing; null while it has not.</summary>
    public FatalError? Fatal => _fatal;

    /// <summary>Ends the process as soon as the main thread hears of it. Any thread; the first reason counts.</summary>
    public void EndFatally(string place, Exception exception)
    {
        Interlocked.CompareExchange(ref _fatal, FatalError.Of(place, exception), null);
        ShutdownRequested.Set();
    }

    /// <summary>The error reply of a write that finds no room. Any thread.</summary>
    public ReadOnlySpan<byte> RoomRefusal => Pool.Medium.IsDeviceFull
        ? "OOM command not allowed when used memory > 'maxmemory' (the pool's file cannot grow)."u8
        : "OOM command not allowed when used memory > 'maxmemory'."u8;

    /// <summary>Where the pool is.</summary>
    public string PoolPath { get; init; } = "";

    /// <summary>How the medium was chosen, in one line.</summary>
    public string MediumReason { get; init; } = "";

    /// <summary>What this start found in the pool; null when it made the pool.</summary>
    public RecoveryFigures? LastRecovery { get; set; }

    /// <summary>Bytes of the managed heap when the server was made.</summary>
    public long ManagedBytesAtStart { get; } = GC.GetTotalMemory(forceFullCollection: false);

    /// <summary>CONFIG RESETSTAT: the caller's own thread at once, the others soon (each writes its own counters).</summary>
    public void ResetStatistics(IoThread caller)
    {
        foreach (IoThread thread in Threads)
        {
            if (thread == caller)
                thread.ResetStatistics();
            else
                thread.Post(static t => t.ResetStatistics());
        }
        Clients.Rejected = 0;
        MemoryUse.ResetPeak();
    }

    /// <summary>Bytes of a segment that live keys point at. Any thread; exact once the segment is sealed.</summary>
    public long LiveBytesOf(Segment segment)
    {
        long bytes = 0;
        for (int slot = segment.Slot; slot < segment.Slot + segment.Slots; slot++)
        {
            foreach (LiveBytes live in Live)
                bytes += live.Of(slot);
        }
        return bytes;
    }

    /// <summary>Bytes in the pool that live keys point at. Any thread; a moment old.</summary>
    public long LiveBytesTotal
    {
        get
        {
            long bytes = 0;
            foreach (LiveBytes live in Live)
                bytes += live.Total;
            return bytes;
        }
    }

    /// <summary>Writes a line to the server's log. Any thread; null before the host has set it.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Asked to stop: set once, by SHUTDOWN or a signal.</summary>
    public ManualResetEventSlim ShutdownRequested { get; } = new();
}
