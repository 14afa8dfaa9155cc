namespace Pkv.Server.Net;

/// <summary>
/// An I/O thread's connections whose next command cannot run yet, since somebody keeps a stripe of it for long or the turn is
/// over. What
/// they sent lies in their stash; they are offered again in the order in which they came. Owner thread only.
/// </summary>
internal sealed unsafe class HeldConnections(IoThread thread)
{
    private readonly Queue<Connection> _busy = [];
    private readonly Queue<Connection> _late = [];
    private long _triedBusyMs;
    private OwnerThread _owner;

    /// <summary>Some wait for the next turn, which is to begin at once.</summary>
    public bool AnyForTurn => _late.Count != 0;

    /// <summary>Some wait for a stripe: they are looked after every millisecond.</summary>
    public bool AnyBusy => _busy.Count != 0;

    /// <summary>The commands of a connection have run, but for one that is held, if one is.</summary>
    public void Note(Connection connection)
    {
        _owner.Check();
        if (connection.HoldReason == HoldReason.KeysBusy)
            _busy.Enqueue(connection);
        if (connection.HoldReason == HoldReason.TurnOver)
            _late.Enqueue(connection);
    }

    /// <summary>Pipelines that took longer than their share of the turn before.</summary>
    public void ResumeLate()
    {
        for (int left = _late.Count; left > 0 && _late.TryDequeue(out Connection? connection); left--)
            thread.Resume(connection);
    }

    /// <summary>Once more, where the stripe that was missing is free now; where it was not a single one, every millisecond.</summary>
    public void ResumeBusy()
    {
        long now = thread.Context.NowMs;
        bool isTime = _triedBusyMs != now;
        _triedBusyMs = now;
        for (int left = _busy.Count; left > 0 && _busy.TryDequeue(out Connection? connection); left--)
        {
            if (connection.IsClosed)
                continue;
            if (connection.BusyStripe != null && !thread.Server.Engine.Scripts.IsBusy ? connection.BusyStripe->IsFree : isTime)
                thread.Resume(connection);
            else
                _busy.Enqueue(connection);
        }
    }
}
