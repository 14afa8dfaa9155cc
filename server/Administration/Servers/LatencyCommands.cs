using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Engine.Table;
using Pkv.Server.Administration.Servers.Info;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>LATENCY and its subcommands. Source: redis.io/commands/latency-latest and others, texts of Redis 7.0.15.</summary>
internal static unsafe class LatencyCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("latency|latest", &Latest);
        bindings.Bind("latency|history", &History);
        bindings.Bind("latency|reset", &Reset);
        bindings.Bind("latency|graph", &Graph);
        bindings.Bind("latency|doctor", &Doctor);
        bindings.Bind("latency|histogram", &Histogram);
        bindings.Bind("latency|help", &HelpReply.Container);
    }

    private static void Latest(CommandContext context)
    {
        var events = context.Server.Latency.Latest();
        context.Reply.Array(events.Count);
        foreach ((string name, LatencySample last, long maxMs) in events)
        {
            context.Reply.Array(4);
            context.Reply.Bulk(name);
            context.Reply.Integer(last.UnixSeconds);
            context.Reply.Integer(last.Milliseconds);
            context.Reply.Integer(maxMs);
        }
    }

    private static void History(CommandContext context)
    {
        List<LatencySample> samples = context.Server.Latency.History(Text(context, 2));
        context.Reply.Array(samples.Count);
        foreach (LatencySample sample in samples)
        {
            context.Reply.Array(2);
            context.Reply.Integer(sample.UnixSeconds);
            context.Reply.Integer(sample.Milliseconds);
        }
    }

    private static void Reset(CommandContext context)
    {
        List<string> names = [];
        for (int i = 2; i < context.ArgCount; i++)
            names.Add(Text(context, i));
        context.Reply.Integer(context.Server.Latency.Reset(names));
    }

    private static void Graph(CommandContext context)
    {
        List<LatencySample> samples = context.Server.Latency.History(Text(context, 2));
        if (samples.Count == 0)
            context.Reply.Error(Encoding.Latin1.GetBytes($"ERR No samples available for event '{Text(context, 2).Replace('\r', ' ').Replace('\n', ' ')}'"));
        else
            context.Reply.Verbatim(LatencyGraph.Draw(Text(context, 2), samples, Clock.NowMs() / 1000));
    }

    private static void Doctor(CommandContext context)
    {
        LatencyMonitor monitor = context.Server.Latency;
        StringBuilder text = new();
        if (!monitor.IsOn)
        {
            text.Append("The latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on; ")
                .Append("events that take at least that long are then kept.\n");
        }
        else if (monitor.Latest() is { Count: > 0 } events)
        {
            foreach ((string name, LatencySample last, long maxMs) in events)
            {
                List<LatencySample> samples = monitor.History(name);
                text.Append($"{name}: {samples.Count} slow second(s), on average {samples.Average(s => s.Milliseconds):F0} ms, ")
                    .Append($"last {last.Milliseconds} ms, worst {maxMs} ms. {Advice(name)}\n");
            }
        }
        else
            text.Append("Nothing took as long as latency-monitor-threshold since the monitor was turned on or reset.\n");
        context.Reply.Verbatim(text.ToString());
    }

    private static string Advice(string name) => name switch
    {
        "fsync" => "The device is slow to take what is written: under appendfsync always every reply waits for it.",
        "fast-command" => "Commands that should be quick were not: look for a busy machine, swapping, or very large values.",
        _ => "SLOWLOG GET shows which commands took long.",
    };

    // Counts are cumulative, by powers of two; sampled commands are scaled up to all their calls.
    private static void Histogram(CommandContext context)
    {
        List<(CommandSpec Spec, long[] Buckets)> shown = [];
        foreach (CommandSpec spec in Chosen(context))
        {
            long[] buckets = CommandSections.Histogram(context.Server, spec);
            if (buckets.Length > 0)
                shown.Add((spec, buckets));
        }
        context.Reply.Map(shown.Count);
        foreach ((CommandSpec spec, long[] buckets) in shown)
            WriteHistogram(context, spec, buckets);
    }

    private static IEnumerable<CommandSpec> Chosen(CommandContext context)
    {
        if (context.ArgCount == 2)
            return CommandTable.Everything;
        List<CommandSpec> chosen = [];
        for (int i = 2; i < context.ArgCount; i++)
        {
            if (CommandTable.FindFull(context.Arg(i).ToArray()) is not { } spec)
                continue;
            chosen.Add(spec);
            chosen.AddRange(spec.Subcommands);
        }
        return chosen.Distinct();
    }

    private static void WriteHistogram(CommandContext context, CommandSpec spec, long[] buckets)
    {
        long calls = CommandSections.Total(context.Server, spec).Calls, timed = buckets.Sum();
        List<(long Micros, long Times)> lines = [];
        long seen = 0, limit = 1;
        for (int i = 0; i < buckets.Length; i++)
        {
            if (buckets[i] == 0)
                continue;
            seen += buckets[i];
            long micros = (LatencyBuckets.UpperBound(i) + 999) / 1000;
            while (limit < micros)
                limit *= 2;
            long times = (long)((double)seen / timed * calls);
            if (lines.Count > 0 && lines[^1].Micros == limit)
                lines[^1] = (limit, times);
            else
                lines.Add((limit, times));
        }
        ReplyWriter reply = context.Reply;
        reply.Bulk(spec.FullName);
        reply.Map(2);
        reply.Bulk("calls"u8);
        reply.Integer(calls);
        reply.Bulk("histogram_usec"u8);
        reply.Map(lines.Count);
        foreach ((long micros, long times) in lines)
        {
            reply.Integer(micros);
            reply.Integer(times);
        }
    }

    private static string Text(CommandContext context, int index) => Encoding.Latin1.GetString(context.Arg(index));
}
