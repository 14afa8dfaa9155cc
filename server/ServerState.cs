using System.Security.Cryptography;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;
using Pkv.Engine.Table;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Server.Administration;
using Pkv.Server.Blocking;
using Pkv.Server.Configuration;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Server.PubSub;

namespace Pkv.Server;

/// <summary>What the parts of one running server share. Created once at startup; each part has its own thread rule.</summary>
public sealed class ServerState
{
    private FatalError? _fatal;

    public ServerState(ConfigTable config, Pool pool)
    {
        Config = config;
        Options = config.Options;
        SlowLog = new SlowLog(Options);
        Latency = new LatencyMonitor(Options);
        CommandMonitor monitor = new(SlowLog, Latency);
        Monitors = monitor.Feed;
        Engine = new EngineState(Options, pool, ServerBindings.Build(), monitor);
        int threads = Options.IoThreads;
        ClaimLimit = new ClaimLimit(pool, Cleaning, threads);
        foreach (CommandRename rename in Options.CommandRenames)
            _ = Names.Rename(rename.Command, rename.NewName);
        CrossProtocol = new CrossProtocolGuard(line => Log?.Invoke(line));
        Durability = new Durability(this);
        Rates = new RateSampler(this);
        Clients = new ClientRegistry();
        Listener = new Listener(this);
        Threads = [.. Enumerable.Range(0, threads).Select(i => new IoThread(this, i))];
    }

    public ConfigTable Config { get; }
    public PkvOptions Options { get; }

    /// <summary>The keys, and what runs commands on them.</summary>
    public EngineState Engine { get; }
    public Pool Pool => Engine.Pool;
    public KeyspaceState Keyspace => Engine.Keyspace;
    public LogWriter[] LogWriters => Engine.LogWriters;
    public SpaceLimit Space => Engine.Space;
    public PoolCleaning Cleaning => Engine.Cleaning;
    public ClaimLimit ClaimLimit { get; }
    public CommandBinding?[] Bindings => Engine.Bindings;

    /// <summary>What rename-command made of the commands' names.</summary>
    public CommandNames Names => Engine.Names;

    public IoThread[] Threads { get; }
    public WatchTable Watches => Engine.Watches;
    public BlockingTable Blocking { get; } = new();
    public PubSubRegistry PubSub { get; } = new();
    public ClientRegistry Clients { get; }
    public PauseState Pause => Engine.Pause;
    public MonitorFeed Monitors { get; }
    public SlowLog SlowLog { get; }
    public CrossProtocolGuard CrossProtocol { get; }
    public Durability Durability { get; }
    public RateSampler Rates { get; }
    public LatencyMonitor Latency { get; }
    public Listener Listener { get; }

    /// <summary>40 hexadecimal digits, new at every start.</summary>
    public string RunId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public long StartedMs { get; } = Clock.NowMs();

    /// <inheritdoc cref="EngineState.WriteError"/>
    public byte[]? WriteError => Engine.WriteError;

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

    /// <summary>Writes a line to the server's log. Any thread; null before the host has set it.</summary>
    public Action<string>? Log
    {
        get => Engine.Log;
        set => Engine.Log = value;
    }

    /// <summary>Asked to stop: set once, by SHUTDOWN or a signal.</summary>
    public ManualResetEventSlim ShutdownRequested { get; } = new();
}
