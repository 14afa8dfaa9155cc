using System.Diagnostics;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Replies;
using Pkv.Persistence.Log;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Execution;

/// <summary>
/// One thread's part of the engine: what its commands run with, and where they log. Whoever drives the thread (<see cref="ThreadHost"/>)
/// gives it commands, commits, and sends what was replied. Owner thread only, but for what says otherwise.
/// </summary>
public sealed class EngineThread
{
    /// <param name="engine">What it shares with the others.</param>
    /// <param name="number">From 0; unique.</param>
    /// <param name="output">Takes the replies.</param>
    /// <param name="counters">Counts its commands.</param>
    /// <param name="host">Drives it.</param>
    public EngineThread(EngineState engine, int number, GatherBuffer output, ExecutionCounters counters, ThreadHost host)
    {
        Debug.Assert(engine.Threads[number] is null, "each number has one thread");
        Engine = engine;
        Number = number;
        Host = host;
        Counters = counters;
        Log = engine.LogWriters[number];
        Received = new AppendLog(engine.Pool);
        Survivors = new AppendLog(engine.Pool, keepsSpare: false);
        Sinks = RecordSink.ForThread(engine, number);
        Live = engine.Live[number];
        Locks = new StripeLocks(number, engine.LogWriters, Commit, engine.Options.IoThreads)
        {
            DrainIsDurable = engine.Pool.Medium.DrainIsDurable,
            Await = host.AwaitStripe,
        };
        Recorder = new Recorder(Sinks[0], Locks);
        Reply = new ReplyWriter(output);
        Breather = new Breather(host.ServeOthers);
        Open = new OpenSegments(this);
        Context = new CommandContext(this);
        Runner = new CommandRunner(Context);
        Scripts = new ScriptEngine(Context);
        engine.Threads[number] = this;
    }

    public EngineState Engine { get; }
    public int Number { get; }
    public ThreadHost Host { get; }
    public ExecutionCounters Counters { get; }

    /// <summary>Notes what this thread's commands write: one of its two writers, see <see cref="RecordSink"/>.</summary>
    public LogWriter Log { get; internal set; }

    /// <summary>Segments that commands are received into.</summary>
    public AppendLog Received { get; }

    /// <summary>Segments that the cleaner's survivors are appended to.</summary>
    public AppendLog Survivors { get; }

    /// <summary>What this thread's commands log with. The first one's writer and segments are for its turns, and for its background work.</summary>
    public RecordSink[] Sinks { get; }

    /// <summary>Segments for records that the engine writes itself.</summary>
    public AppendLog Effects => Sinks[0].Effects;

    /// <summary>What of that is open, to be sealed on demand.</summary>
    public OpenSegments Open { get; }

    public LiveBytes Live { get; }
    public StripeLocks Locks { get; }
    public Recorder Recorder { get; }
    public ReplyWriter Reply { get; }
    public Breather Breather { get; }
    public CommandContext Context { get; }
    public CommandRunner Runner { get; }

    /// <summary>Runs scripts.</summary>
    public ScriptEngine Scripts { get; }

    /// <summary>Whether writes may take more room now; makes some if need be. No stripe is held when it is called.</summary>
    public Func<bool> HasRoom { get; set; } = static () => true;

    /// <summary>What the thread is doing for a client now.</summary>
    public TurnPhase Phase { get; set; } = TurnPhase.Changing;

    /// <summary>Told what happens to keys.</summary>
    public KeyEvents Events { get; internal set; } = KeyEvents.Unheard;

    /// <summary>Lets clients wait.</summary>
    public ClientWaits Waits { get; internal set; } = ClientWaits.Never;

    /// <summary>Bytes of records and entries that this thread committed, by all of its writers. Any thread.</summary>
    public long BytesCommitted
    {
        get
        {
            long sum = 0;
            foreach (RecordSink sink in Sinks)
                sum += sink.Writer.BytesCommitted;
            return sum;
        }
    }

    public long EntriesCommitted => SumOfWriters(static w => w.EntriesCommitted);
    public long BatchesCommitted => SumOfWriters(static w => w.Commits);

    /// <summary>Commits what was written since the last time.</summary>
    public void Commit() => Log.Commit(Context.NowMs);

    /// <summary>Commands log with this from now on.</summary>
    internal void Use(RecordSink sink)
    {
        Log = sink.Writer;
        Recorder.Sink = sink;
        Locks.Writer = Array.IndexOf(Engine.LogWriters, sink.Writer);
    }

    private long SumOfWriters(Func<LogWriter, long> figure)
    {
        long sum = 0;
        for (int i = Number; i < Engine.LogWriters.Length; i += Engine.Options.IoThreads)
            sum += figure(Engine.LogWriters[i]);
        return sum;
    }
}
