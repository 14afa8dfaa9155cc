using Pkv.Engine.Eviction;
using Pkv.Engine.Execution;

namespace Pkv.Server.Net;

/// <summary>What one I/O thread does ten times a second besides serving: idle and slow clients, CLIENT KILL, expiry.</summary>
public sealed class IoCron(ServerState server, IoThread thread)
{
    private readonly ActiveExpiry _expiry = new(server.Engine, thread.Engine);
    private readonly IndexAging _aging = new(server.Engine, thread.Engine);
    private readonly List<Connection> _toClose = [];
    private readonly List<Connection> _behind = [];
    private int _ticks;
    private bool _trimsBuffers;

    /// <summary>Whether another second has passed: what was kept for busier turns may go. Between turns.</summary>
    public bool TakeTrim()
    {
        bool isDue = _trimsBuffers;
        _trimsBuffers = false;
        return isDue;
    }

    public void Tick(CommandContext context)
    {
        // While clients are paused the data set is to stand still.
        if (server.Pause.UntilMs <= context.NowMs)
            _expiry.Run(context);
        thread.Evictor.Run();
        _aging.Run(context);
        thread.Claims.Tick();
        if (thread.Number == 0)
        {
            server.Rates.Sample(context.NowMs);
            if (server.Listener.IsResting)
                server.Listener.Resume();
        }
        bool wholeSecond = ++_ticks % 10 == 0;
        long timeoutMs = server.Options.ClientTimeoutSeconds * 1000L;
        if (wholeSecond)
        {
            _trimsBuffers = true;
            foreach (Connection connection in thread.Connections.All)
            {
                bool mayBeIdle = connection.Session.IsMonitor || connection.Session.IsSubscribed || connection.Session.Blocked is not null;
                bool idle = timeoutMs > 0 && context.NowMs - connection.Session.LastInteractionMs > timeoutMs && !mayBeIdle;
                if (idle || connection.Session.KillRequested)
                    _toClose.Add(connection);
                else if (!connection.Output.IsEmpty)
                    _behind.Add(connection);
            }
            foreach (Connection connection in _behind)
                thread.CheckOutputLimit(connection);
            _behind.Clear();
            foreach (Connection connection in _toClose)
                thread.Close(connection);
            _toClose.Clear();
        }
    }
}
