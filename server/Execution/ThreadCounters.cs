namespace Pkv.Server.Execution;

/// <summary>What one I/O thread has counted. Written by that thread, read by any (INFO adds the threads up).</summary>
public sealed class ThreadCounters(int commands)
{
    public long CommandsProcessed;
    public long ConnectionsReceived;
    public long NetInputBytes;
    public long NetOutputBytes;
    public long ExpiredKeys;
    public long EvictedKeys;
    public long KeyspaceHits;
    public long KeyspaceMisses;

    /// <summary>Bytes of received commands that became records where they landed.</summary>
    public long BytesRetained;

    /// <summary>Bytes received whose space was used again.</summary>
    public long BytesRewound;

    /// <summary>Turns of the event loop that ran commands, and commits of them that had something to commit.</summary>
    public long Turns;

    /// <summary>Connections closed because their output passed a limit.</summary>
    public long OutputLimitCloses;

    /// <summary>By <see cref="Table.CommandSpec.Index"/>.</summary>
    public readonly CommandCounters[] Commands = new CommandCounters[commands];

    public void Reset()
    {
        CommandsProcessed = ConnectionsReceived = NetInputBytes = NetOutputBytes = ExpiredKeys = EvictedKeys = 0;
        KeyspaceHits = KeyspaceMisses = BytesRetained = BytesRewound = Turns = OutputLimitCloses = 0;
        Array.Clear(Commands);
    }
}

/// <summary>Calls of one command. Times are sampled for the fast ones: see <see cref="Execution.Dispatcher"/>.</summary>
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
