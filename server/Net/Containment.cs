using Pkv.Engine.Execution;
using Pkv.Server.Monitoring;

namespace Pkv.Server.Net;

/// <summary>
/// What an exception costs while a client is served. Where the state that others see is known to be untouched, it costs that
/// client its connection: while its bytes are received and parsed, and inside a command that only reads. A command that
/// writes may have changed half of what it was to change, so there it costs the process, with its reason
/// (<see cref="FatalError"/>): the log holds whole commands only, and the next start has a whole state. Owner thread.
/// </summary>
public sealed class Containment(ServerState server, IoThread thread)
{
    /// <summary>What it contained last, with the trace; null: nothing yet. Any thread.</summary>
    public string? Last { get; private set; }

    /// <inheritdoc cref="Receiver.Receive"/>
    public bool Receive(Receiver receiver, Connection connection)
    {
        try
        {
            return receiver.Receive(connection);
        }
        catch (Exception e) when (IsContained)
        {
            Contain(connection, e);
            return true;
        }
    }

    /// <inheritdoc cref="Receiver.Resume"/>
    public void Resume(Receiver receiver, Connection connection)
    {
        try
        {
            receiver.Resume(connection);
        }
        catch (Exception e) when (IsContained)
        {
            Contain(connection, e);
        }
    }

    private bool IsContained => thread.Engine.Phase != TurnPhase.Changing && !thread.Context.Recorder.Wrote && !thread.Locks.HoldsAll;

    private void Contain(Connection connection, Exception exception)
    {
        bool reads = thread.Engine.Phase == TurnPhase.Reading;
        thread.Engine.Phase = TurnPhase.Changing;
        CommandContext context = thread.Context;
        string place = reads ? context.Spec.FullName : "receiving";
        thread.Locks.ExitUnseen(wrote: false);
        connection.Large.IsRunning = false;
        context.Room.MayRunAgain = context.Room.IsShort = false;
        if (!connection.IsClosed)
            Apologize(connection, FatalError.ReasonOf(exception), reads);
        Last = $"{FatalError.ReasonOf(exception)} in {place} closed the connection of {connection.Session.RemoteAddress}: {exception}";
        server.Log?.Invoke(Last);
    }

    private void Apologize(Connection connection, string reason, bool reads)
    {
        CommandContext context = thread.Context;
        thread.BeginReplies(connection);
        if (reads)
            context.DropReply();
        context.Client = connection.Session;
        context.Reply.Resp3 = connection.Session.RespVersion == 3;
        string what = reason == "OUT_OF_MEMORY" ? "there is not enough memory for this command" : "internal error, see the server's log";
        context.Reply.Error($"ERR {what}; the connection is closed");
        connection.Session.CloseAfterReply = true;
    }
}
