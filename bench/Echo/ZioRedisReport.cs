using System.Globalization;
using System.Text;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Echo;

/// <summary>Redis with and without libzio as a section of docs/zio.md; medians over rounds.</summary>
internal static class ZioRedisReport
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "zio-redis";

    private const int SmallBytes = 16 << 10, TurnsBytes = 64 << 10;

    /// <summary>Are the servers measured in turns at this value size?</summary>
    public static bool TakesTurns(int valueBytes) => valueBytes <= TurnsBytes;

    public static string Markdown(BenchOptions options, IReadOnlyList<ServerSpec> servers, CellTable table)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Redis

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- zio-redis --rounds {options.Rounds} --turns {options.Turns} --seconds {Units.Text(options.Window.TotalSeconds, 1)}`.
            Medians of {options.Rounds} rounds, each server restarted for each value size, in rotated order; up to {Units.Bytes(TurnsBytes)} both run at the same time and
            take turns, {options.Turns} windows each of a workload; server on one core, client on another (spinning), every reply validated;
            8 connections below 64 KiB, otherwise 2. CPU is user + system of the whole server process, including the library's threads.
            "×" is plain divided by libzio for CPU and libzio divided by plain for throughput: above 1 the library wins. "Least" is the window with the
            lowest CPU: other load on the machine only adds to it, by more than the 2 % that small values may cost, so
            small values are judged by it.


            """);
        foreach (ServerSpec spec in servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        text.Append("\n| command | value | pipeline | CPU µs/op plain | libzio | × | least plain | libzio | × | ops/s plain | libzio | × | must be | holds |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|\n");
        foreach (Verb verb in options.Verbs)
            foreach (int size in options.Sizes)
                foreach (int pipeline in options.Pipelines)
                    text.Append(Row(table, verb, size, pipeline));
        return text.ToString();
    }

    private static string Row(CellTable table, Verb verb, int size, int pipeline)
    {
        string name = verb.Name();
        if (table.At(name, size, pipeline, "redis-aof") is not { } plain || table.At(name, size, pipeline, ServerCatalog.RedisUnderZioName) is not { } zio) return "";
        double gain = plain.CpuUs / zio.CpuUs, least = plain.CpuUsMin / zio.CpuUsMin;
        // Small values must not pay for the library; large SETs must gain by it.
        (string bar, string holds) = size < SmallBytes ? ("CPU within 2 %", YesOrNo(least >= 0.98))
            : verb == Verb.Set ? ("faster", YesOrNo(gain > 1))
            : ("", "");
        if (table.IsBusy(name, size, pipeline) && holds.Length > 0) holds = Bar.Busy;
        return $"| {name.ToUpperInvariant()} | {Units.Bytes(size)} | {pipeline} | {Units.Microseconds(plain.CpuUs)} | {Units.Microseconds(zio.CpuUs)} | {Units.Ratio(gain)} "
            + $"| {Units.Microseconds(plain.CpuUsMin)} | {Units.Microseconds(zio.CpuUsMin)} | {Units.Ratio(least)} "
            + $"| {Units.Count(plain.Throughput)} | {Units.Count(zio.Throughput)} | {Units.Ratio(zio.Throughput / plain.Throughput)} | {bar} | {holds} |\n";
    }

    private static string YesOrNo(bool holds) => holds ? "yes" : "**no**";
}
