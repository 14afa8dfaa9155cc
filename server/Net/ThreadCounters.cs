using Pkv.Engine.Execution;

namespace Pkv.Server.Net;

/// <summary>What one I/O thread has counted: its commands, and what it receives and sends. Written by that thread, read by any.</summary>
public sealed class ThreadCounters(int commands) : ExecutionCounters(commands)
{
    public long ConnectionsReceived;
    public long NetInputBytes;
    public long NetOutputBytes;

    /// <summary>Bytes of received commands that became records where they landed.</summary>
    public long BytesRetained;

    /// <summary>Bytes received whose space was used again.</summary>
    public long BytesRewound;

    /// <summary>Turns of the event loop that ran commands, and commits of them that had something to commit.</summary>
    public long Turns;

    /// <summary>Connections closed because their output passed a limit.</summary>
    public long OutputLimitCloses;

    public override void Reset()
    {
        base.Reset();
        ConnectionsReceived = NetInputBytes = NetOutputBytes = BytesRetained = BytesRewound = Turns = OutputLimitCloses = 0;
    }
}
