using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Net;

/// <summary>
/// Whose replies lie where in the thread's gather buffer, from the command that writes them to the end of the turn, which sends
/// them. Owner thread only.
/// </summary>
internal sealed class TurnReplies(ServerState server, IoThread thread, GatherBuffer gather, Sender sender)
{
    private readonly List<(Connection Connection, ReplyRange Replies)> _earlier = [];
    private List<Connection> _turn = [];
    private OwnerThread _owner;

    /// <summary>The connection whose commands run; null between them.</summary>
    public Connection? Current { get; private set; }

    /// <summary>A command of this connection is about to reply.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(Connection connection)
    {
        _owner.Check();
        if (Current == connection)
            return;
        End();
        if (connection.InTurn)
            SetAside(connection);
        Debug.Assert(!connection.IsSuspended, "a connection whose command is suspended is not served");
        connection.InTurn = true;
        connection.ReplyStart = connection.ReplyEnd = gather.Floor = gather.Length;
        connection.SliceStart = connection.SliceEnd = gather.SliceCount;
        _turn.Add(connection);
        Current = connection;
    }

    /// <summary>What is written from now on is not that connection's.</summary>
    public void End()
    {
        if (Current is null)
            return;
        Debug.Assert(Current.ReplyStart <= gather.Length && Current.SliceStart <= gather.SliceCount, "replies end behind their beginning");
        Current.ReplyEnd = gather.Length;
        Current.SliceEnd = gather.SliceCount;
        Current = null;
    }

    /// <summary>Sends everything; what it tells of is committed. A connection whose commands run goes on.</summary>
    public void Send(Connection? current, bool isSuspending = false)
    {
        if (_turn.Count == 0 && _earlier.Count == 0)
            return;
        SyncTurn();
        // Also those of the connection that is suspended, if it was served before in this turn: they lie in the buffer that goes out of sight.
        if (_earlier.Count != 0)
            SendEarlier();
        for (int i = 0; i < _turn.Count; i++)
        {
            Connection connection = _turn[i];
            connection.InTurn = false;
            // The suspended command's replies stand behind these.
            sender.Send(connection, isLast: i == _turn.Count - 1 && !isSuspending);
            if (connection.Session.CloseAfterReply && connection.Output.IsEmpty && connection != current)
                thread.Close(connection);
        }
        _turn.Clear();
        thread.Counters.Turns++;
    }

    /// <summary>
    /// An inner turn begins: sends what others were answered, and puts the replies of the connection whose command is suspended, as
    /// far as they are written, out of its sight. What they tell of is committed.
    /// </summary>
    public Connection? Suspend(GatherBuffer aside)
    {
        Connection? current = Current;
        End();
        if (current is not null)
            _turn.RemoveAt(_turn.LastIndexOf(current));
        Send(current, isSuspending: true);
        gather.Exchange(aside);
        return current;
    }

    /// <summary>Undoes <see cref="Suspend"/>; the inner turn's replies are sent.</summary>
    public void Resume(Connection? current, GatherBuffer aside)
    {
        Debug.Assert(Current is null && _turn.Count == 0 && _earlier.Count == 0, "what the inner turn has answered is sent");
        gather.Exchange(aside);
        Current = current;
        if (current is not null)
            _turn.Add(current);
    }

    // It is served a second time in one turn (what it waited for came, CLIENT PAUSE ended): others' replies lie between.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetAside(Connection connection)
    {
        if (connection.ReplyStart != connection.ReplyEnd || connection.SliceStart != connection.SliceEnd)
            _earlier.Add((connection, connection.Replies));
        _turn.RemoveAt(_turn.LastIndexOf(connection));
    }

    // The sender takes what a connection's fields tell: the parts that were set aside go first, in their order.
    private void SendEarlier()
    {
        foreach ((Connection connection, ReplyRange range) in _earlier)
        {
            ReplyRange last = connection.Replies;
            connection.Replies = range;
            sender.Send(connection);
            connection.Replies = last;
        }
        _earlier.Clear();
    }

    // Where this thread is better off waiting for the device itself, no reply of the turn needs to be held.
    private void SyncTurn()
    {
        bool awaits = false;
        foreach (Connection connection in _turn)
            awaits |= connection.AwaitsDurability;
        if (!awaits || !server.Durability.TrySyncInline())
            return;
        foreach (Connection connection in _turn)
            connection.AwaitsDurability = false;
        sender.ReleaseHeld();
    }
}
