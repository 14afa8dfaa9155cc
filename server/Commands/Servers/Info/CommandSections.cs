using System.Globalization;
using Pkv.Server.Commands.Table;
using Pkv.Server.Net;

namespace Pkv.Server.Commands.Servers.Info;

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

    public static void Errors(InfoWriter info) => info.Heading("Errorstats");

    public static void Latencies(InfoWriter info) => info.Heading("Latencystats");

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
