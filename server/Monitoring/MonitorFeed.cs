using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.Monitoring;

/// <summary>The clients in MONITOR and what they receive. Any thread.</summary>
/// <param name="anyChanged">Told, in order, whether there is any.</param>
public sealed class MonitorFeed(Action<bool> anyChanged)
{
    private readonly Lock _lock = new();
    private volatile Connection[] _monitors = [];

    public bool Any => _monitors.Length != 0;

    public void Add(Connection connection)
    {
        lock (_lock)
        {
            _monitors = [.. _monitors.Where(c => c != connection), connection];
            anyChanged(Any);
        }
    }

    public void Remove(Connection connection)
    {
        lock (_lock)
        {
            _monitors = [.. _monitors.Where(c => c != connection)];
            anyChanged(Any);
        }
    }

    /// <summary>Tells every monitor of the command in the context, with secrets left out.</summary>
    public void Feed(CommandContext context)
    {
        Session session = (Session)context.Client;
        long us = Clock.NowMicroseconds();
        StringBuilder line = new($"+{us / 1_000_000}.{us % 1_000_000:D6} [{session.Database} {(context.IsInScript ? "lua" : session.RemoteAddress)}]");
        for (int i = 0; i < context.ArgCount; i++)
            line.Append(' ').Append(Quoted(CommandText.IsSecret(context, i) ? "(redacted)"u8 : context.Arg(i)));
        byte[] bytes = Encoding.Latin1.GetBytes(line.Append("\r\n").ToString());
        foreach (Connection monitor in _monitors)
            monitor.Owner.Post(thread => thread.Push(monitor, bytes));
    }

    private static string Quoted(ReadOnlySpan<byte> bytes) => CommandText.Quote(bytes);
}
