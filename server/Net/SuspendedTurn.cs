using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Server.Blocking;
using Pkv.Server.PubSub;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Net;

/// <summary>
/// What an I/O thread was in the middle of when an inner turn began, and what that uses instead. One for each depth, used again.
/// </summary>
internal sealed class SuspendedTurn(Receiver receiver) : IDisposable
{
    /// <summary>Receives in the inner turn: the outer one's window and parsed commands stay as they are.</summary>
    public Receiver Receiver { get; } = receiver;

    public GatherBuffer Gather { get; } = new();
    public SuspendedLocks Locks { get; } = new();
    public ElementBatch Batch { get; } = new();
    public CommandScratch Scratch { get; } = new();
    public List<Delivery> Outbox { get; } = [];
    public List<(Subscription To, MessageBody Body)> Own { get; } = [];
    public List<ReadyKey> Ready { get; } = [];

    public Receiver? OuterReceiver { get; set; }
    public Connection? Current { get; set; }
    public RecordSink? Sink { get; set; }
    public int TransactionDepth { get; set; }
    public CommandFrame Command { get; set; }
    public RecorderState Record { get; set; }
    public bool Replaces { get; set; }
    public TurnPhase Phase { get; set; }
    public long Errors { get; set; }
    public bool CarriedSecret { get; set; }

    public void Dispose()
    {
        Receiver.Dispose();
        Gather.Dispose();
        Locks.Dispose();
        Batch.Dispose();
    }
}
