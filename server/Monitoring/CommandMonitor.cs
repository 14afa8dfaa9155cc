using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Server.Monitoring;

/// <summary>Who is told of commands that have run: SLOWLOG, LATENCY, MONITOR. Any thread.</summary>
internal sealed class CommandMonitor : CommandObserver
{
    private readonly SlowLog _slowLog;
    private readonly LatencyMonitor _latency;

    public CommandMonitor(SlowLog slowLog, LatencyMonitor latency)
    {
        (_slowLog, _latency) = (slowLog, latency);
        Feed = new MonitorFeed(any => SeesEach = any);
    }

    /// <summary>The clients in MONITOR.</summary>
    public MonitorFeed Feed { get; }

    public override void Ran(CommandContext context)
    {
        if ((context.Spec.Flags & (CommandFlags.SkipMonitor | CommandFlags.Admin)) == 0)
            Feed.Feed(context);
    }

    public override void Begins(CommandContext context) => Feed.Feed(context);

    public override void Took(CommandContext context, long nanoseconds)
    {
        _slowLog.Consider(context, nanoseconds / 1000);
        if (_latency.IsOn)
            _latency.Consider(context.Spec.Flags.HasFlag(CommandFlags.Fast) ? "fast-command" : "command", nanoseconds / 1_000_000);
    }
}
