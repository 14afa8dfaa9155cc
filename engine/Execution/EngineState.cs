using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Engine.Table;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Execution;

/// <summary>
/// What the threads that run commands on one pool share: the keys, what their records take, and how commands are run. It knows no
/// connection. Made once; each part has its own thread rule.
/// </summary>
public sealed class EngineState
{
    private static readonly byte[] s_fileMissingError =
        [.. "MISCONF The pool's file was deleted, moved or replaced: what is written now would be lost when the server ends. Writes are refused. See the server's log for how to save the data."u8];

    /// <param name="options">Read at any time: they may be changed.</param>
    /// <param name="pool">Open, and not yet recovered.</param>
    /// <param name="bindings">By <see cref="CommandSpec.Index"/>; null: there is no such command here.</param>
    /// <param name="observer">Told of commands that have run.</param>
    public EngineState(EngineOptions options, Pool pool, CommandBinding?[] bindings, CommandObserver observer)
    {
        Options = options;
        Pool = pool;
        Bindings = bindings;
        Observer = observer;
        int threads = options.IoThreads;
        Keyspace = new KeyspaceState(pool, options.Databases);
        LogWriters = [.. Enumerable.Range(0, threads * RecordSink.PerThread).Select(i => new LogWriter(pool, i))];
        Live = new PoolLiveBytes(threads, pool.CeilingSlots);
        Cleaning = new PoolCleaning(pool, threads, Live);
        Space = new SpaceLimit(options, pool, Keyspace, Live, Cleaning);
        Space.Changed();
        Threads = new EngineThread[threads];
        Scripts = new ScriptRegistry(this);
    }

    public EngineOptions Options { get; }
    public Pool Pool { get; }
    public KeyspaceState Keyspace { get; }

    /// <summary>First one of each thread, then those that inner turns may need.</summary>
    public LogWriter[] LogWriters { get; }
    public PoolLiveBytes Live { get; }
    public SpaceLimit Space { get; }
    public PoolCleaning Cleaning { get; }
    public CommandBinding?[] Bindings { get; }
    public CommandObserver Observer { get; }

    /// <summary>What rename-command made of the commands' names.</summary>
    public CommandNames Names { get; } = new();

    /// <summary>By number; each is there once it was made.</summary>
    public EngineThread[] Threads { get; }

    /// <summary>The scripts that are known, and those that run.</summary>
    public ScriptRegistry Scripts { get; }
    public WatchTable Watches { get; } = new();
    public PauseState Pause { get; } = new();

    /// <summary>Has the device take what is committed; null where a fence is enough, and before the threads run.</summary>
    public SyncCoordinator? Sync { get; set; }

    /// <summary>Writes a line to the log for people. Any thread; null before there is one.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Why writes are refused, as an error reply; null while they are not. Any thread.</summary>
    public byte[]? WriteError => DeviceError ?? (PoolFileMissing ? s_fileMissingError : null);

    /// <summary>The device fails.</summary>
    public byte[]? DeviceError { get; set; }

    /// <summary>The pool's file is no longer under its name: what is written now is gone when the process ends. Any thread.</summary>
    public bool PoolFileMissing { get; set; }

    /// <summary>The error reply of a write that finds no room. Any thread.</summary>
    public ReadOnlySpan<byte> RoomRefusal => Pool.Medium.IsDeviceFull
        ? "OOM command not allowed when used memory > 'maxmemory' (the pool's file cannot grow)."u8
        : "OOM command not allowed when used memory > 'maxmemory'."u8;
}
