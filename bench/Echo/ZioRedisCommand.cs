using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Echo;

/// <summary>The verb <c>zio-redis</c>: an unmodified redis-server with and without libzio, as a section of docs/zio.md.</summary>
internal static class ZioRedisCommand
{
    private const long TurnBytes = 256L << 20;

    private static readonly string[] Names = ["redis-aof", ServerCatalog.RedisUnderZioName];

    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    /// <exception cref="InvalidOperationException">Redis or the library is missing.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll)
    {
        OptionReader reader = new(arguments, "smoke");
        BenchOptions options = Defaults(reader.Has("smoke"));
        options = options with
        {
            Sizes = reader.Numbers("sizes", options.Sizes),
            Pipelines = reader.Numbers("pipelines", options.Pipelines),
            Rounds = reader.Number("rounds", options.Rounds),
            Turns = reader.Number("turns", options.Turns),
            Window = reader.Seconds("seconds", options.Window),
            OutputPath = BenchOptionsParser.Output(reader.Text("out")),
        };
        reader.RejectRest();
        options = BenchOptionsParser.Checked(options);
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(null, options.LimitReceiveBytes).Installed(Names, required: true, Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        // Where little is to be won or lost the servers take turns; large values would fill the memory with both logs.
        BenchOptions[] parts =
        [
            options with { Sizes = [.. options.Sizes.Where(ZioRedisReport.TakesTurns)], VolumeBytes = Math.Min(options.VolumeBytes, TurnBytes) },
            options with { Sizes = [.. options.Sizes.Where(size => !ZioRedisReport.TakesTurns(size))], Turns = 1 },
        ];
        List<RunResult> results = [];
        RunProgress.Show(parts.Sum(part => Comparison.StepsOf(part, servers.Count)), progress =>
        {
            foreach (BenchOptions part in parts) results.AddRange(new Comparison(part, servers, progress).Run());
        });
        string section = ZioRedisReport.Markdown(options, servers, new CellTable(results));
        if (options.IsSmoke) Console.WriteLine($"smoke of zio-redis: {results.Count} windows, all as they must be");
        else Console.WriteLine(section);
        if (options.OutputPath != null) MarkedSection.Write(options.OutputPath, EchoCommand.Opening, ZioRedisReport.SectionName, section);
        return 0;
    }

    private static BenchOptions Defaults(bool isSmoke)
    {
        BenchOptions options = new()
        {
            Verbs = [Verb.Set, Verb.Get],
            Servers = Names,
            Sizes = [64, 64 << 10, 512 << 10],
            Pipelines = [1, 16],
            Window = TimeSpan.FromSeconds(0.5),
            Turns = 4,
        };
        return isSmoke ? options.AsSmoke() with { Turns = 2 } : options;
    }
}
