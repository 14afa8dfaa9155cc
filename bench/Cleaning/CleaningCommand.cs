using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Cleaning;

/// <summary>The verb <c>cleaning</c>: its options, its run, its section of the report.</summary>
internal static class CleaningCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll) => Run(Parse(arguments), endAll);

    /// <summary>Runs what the options say; 0.</summary>
    public static int Run(CleaningOptions options, Action<PosixSignalContext> endAll)
    {
        ServerSpec spec = new ServerCatalog(options.PkvPath, ServerCatalog.LimitReceiveBytesDefault).ByName("pkv");
        if (spec.Command == null) throw new InvalidOperationException("pkv is not built");
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        IReadOnlyList<CleaningResult> results = [];
        RunProgress.Show(CleaningComparison.StepsOf(options), progress => results = new CleaningComparison(options, spec, progress).Run());
        CleaningReport report = new(options, spec, results, RunProgress.Disturbance ?? default);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} pools overwritten, nothing refused, nothing lost");
        else Console.WriteLine(report.Markdown(withPlot: false));
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }

    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static CleaningOptions Parse(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        CleaningOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        options = options with
        {
            Fills = [.. reader.Numbers("fills", options.Fills).Order()],
            Rounds = reader.Number("rounds", options.Rounds),
            Window = reader.Seconds("seconds", options.Window),
            LatencyWindow = reader.Seconds("latency-seconds", options.LatencyWindow),
            PoolBytes = reader.Size("pool-size", options.PoolBytes),
            ReferenceFactor = reader.Number("reference", options.ReferenceFactor),
            ValueBytes = reader.Number("value-size", options.ValueBytes),
            Connections = reader.Number("connections", options.Connections),
            Pipeline = reader.Number("pipeline", options.Pipeline),
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
            PkvPath = reader.Text("pkv"),
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        if (options.Fills.Any(f => f is < 1 or > 97) || options.Fills.Distinct().Count() != options.Fills.Count)
            throw new ArgumentException("--fills: different per cents from 1 to 97");
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        if (options.PoolBytes < 64 << 20) throw new ArgumentException("--pool-size: at least 64m");
        if (options.ReferenceFactor < 2) throw new ArgumentException("--reference: a pool at least 2 times larger");
        if (options.ValueBytes < Client.Digits.Count) throw new ArgumentException($"--value-size: at least {Client.Digits.Count}");
        if (options.Pipeline is < 1 or > 500) throw new ArgumentException("--pipeline: from 1 to 500");
        if (options.Connections is < 1 or > 1000) throw new ArgumentException("--connections: from 1 to 1000");
        return options;
    }
}
