using System.Globalization;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>INFO commandstats, errorstats and latencystats.</summary>
internal static class CommandSections
{
    /// <summary>Times of commands that are timed by sample are scaled up to all their calls.</summary>
    public static void CommandStatistics(InfoWriter info)
    {
        info.Heading("Commandstats");
        foreach (CommandSpec spec in CommandTable.Everything)
        {
            CommandCounters total = Total(info.Server, spec);
            if (total.Calls == 0 && total.Rejected == 0)
                continue;
            double microsPerCall = total.TimedCalls == 0 ? 0 : total.TimedNanoseconds / 1000.0 / total.TimedCalls;
            info.Add($"cmdstat_{spec.FullName}", string.Create(CultureInfo.InvariantCulture,
                $"calls={total.Calls},usec={(long)(microsPerCall * total.Calls)},usec_per_call={microsPerCall:F2},rejected_calls={total.Rejected},failed_calls={total.Failed}"));
        }
    }

    public static void Errors(InfoWriter info)
    {
        info.Heading("Errorstats");
        var counts = info.Server.Threads.SelectMany(t => t.Reply.Errors.Snapshot()).GroupBy(e => e.Code).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, (string Code, long Times)> code in counts)
            info.Add($"errorstat_{code.Key}", $"count={code.Sum(e => e.Times)}");
    }

    public static void Latencies(InfoWriter info)
    {
        info.Heading("Latencystats");
        foreach (CommandSpec spec in CommandTable.Everything)
        {
            long[] buckets = Histogram(info.Server, spec);
            if (buckets.Length == 0)
                continue;
            info.Add($"latency_percentiles_usec_{spec.FullName}", string.Create(CultureInfo.InvariantCulture,
                $"p50={Micros(buckets, 0.5):F3},p99={Micros(buckets, 0.99):F3},p99.9={Micros(buckets, 0.999):F3}"));
        }
    }

    /// <summary>A command's timed calls by duration, over all threads; empty when it was never timed.</summary>
    public static long[] Histogram(ServerState server, CommandSpec spec)
    {
        long[] total = [];
        foreach (IoThread thread in server.Threads)
        {
            if (thread.Counters.Commands[spec.Index].Histogram is not { } one)
                continue;
            total = total.Length == 0 ? new long[one.Length] : total;
            for (int i = 0; i < one.Length; i++)
                total[i] += one[i];
        }
        return total;
    }

    private static double Micros(long[] buckets, double share) => LatencyBuckets.Percentile(buckets, share) / 1000.0;

    /// <summary>A command's counters, added up over the threads.</summary>
    public static CommandCounters Total(ServerState server, CommandSpec spec)
    {
        CommandCounters total = default;
        foreach (IoThread thread in server.Threads)
        {
            ref CommandCounters one = ref thread.Counters.Commands[spec.Index];
            total.Calls += one.Calls;
            total.TimedCalls += one.TimedCalls;
            total.TimedNanoseconds += one.TimedNanoseconds;
            total.Rejected += one.Rejected;
            total.Failed += one.Failed;
        }
        return total;
    }
}
