namespace Pkv.Engine.Execution;

/// <summary>What commands have done on one thread. Written by that thread, read by any (INFO adds the threads up).</summary>
public class ExecutionCounters(int commands)
{
    public long CommandsProcessed;
    public long ExpiredKeys;
    public long EvictedKeys;
    public long KeyspaceHits;
    public long KeyspaceMisses;

    /// <summary>By <see cref="Table.CommandSpec.Index"/>.</summary>
    public readonly CommandCounters[] Commands = new CommandCounters[commands];

    public virtual void Reset()
    {
        CommandsProcessed = ExpiredKeys = EvictedKeys = KeyspaceHits = KeyspaceMisses = 0;
        Array.Clear(Commands);
    }
}

/// <summary>Calls of one command. Times are sampled for the fast ones: see <see cref="CommandRunner"/>.</summary>
public struct CommandCounters
{
    public long Calls;

    /// <summary>Timed calls and their nanoseconds.</summary>
    public long TimedCalls, TimedNanoseconds;

    /// <summary>Refused before they ran (arity, authentication, memory).</summary>
    public long Rejected;

    /// <summary>Answered with an error.</summary>
    public long Failed;

    /// <summary>The timed calls by duration (<see cref="LatencyBuckets"/>); null before the first one.</summary>
    public long[]? Histogram;
}
