using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>The verb <c>paper</c>: the evaluation of the zIO paper with Pkv in it, as docs/evaluation.md.</summary>
internal static class PaperCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll) => Run(Parse(arguments), endAll);

    /// <summary>Measures and reports; 0.</summary>
    public static int Run(PaperOptions options, Action<PosixSignalContext> endAll)
    {
        List<string> missing = [];
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, ServerCatalog.LimitReceiveBytesDefault).Installed(options.Servers, required: false, missing.Add);
        missing.ForEach(Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        List<RunResult> results = [];
        IReadOnlyList<CopyCount> copies = [];
        if (options.Parts.Contains("set"))
        {
            BenchOptions sets = SetOptions(options);
            RunProgress.Show(Comparison.StepsOf(sets, servers.Count), progress => results.AddRange(new Comparison(sets, servers, progress).Run()));
        }
        if (options.Parts.Contains("ycsb"))
            RunProgress.Show(YcsbComparison.StepsOf(options, servers.Count), progress => results.AddRange(new YcsbComparison(options, servers, progress).Run()));
        // The preloaded Redis copies as Redis does until libzio steps in; the limit server copies nothing.
        ServerSpec[] counted = [.. servers.Where(s => s.Name is "redis-aof" or "pkv")];
        if (options.Parts.Contains("copies") && ServerCatalog.ZioLibrary is { } library)
            RunProgress.Show(CopyCounting.StepsOf(counted.Length), progress => copies = new CopyCounting(options, counted, library, progress).Run());
        PaperReport report = new(options, servers, results, copies);
        if (options.IsSmoke) Console.WriteLine($"smoke of the paper: {results.Count} windows and {copies.Count} counts, {results.Sum(r => r.Load.Operations):N0} operations, all as they must be");
        else Console.WriteLine(report.Text());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }

    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static PaperOptions Parse(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        PaperOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        options = options with
        {
            Parts = reader.Text("parts")?.Split(',') ?? options.Parts,
            Servers = reader.Text("servers")?.Split(',') ?? options.Servers,
            Sizes = reader.Numbers("sizes", options.Sizes),
            Records = reader.Numbers("records", options.Records),
            Pipelines = reader.Numbers("pipelines", options.Pipelines),
            Rounds = reader.Number("rounds", options.Rounds),
            Window = reader.Seconds("seconds", options.Window),
            PkvPath = reader.Text("pkv"),
            YcsbPath = reader.Text("ycsb"),
            PoolSize = reader.Text("pool-size") ?? options.PoolSize,
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        if (options.Parts.Except(["set", "ycsb", "copies"]).FirstOrDefault() is { } part) throw new ArgumentException($"--parts: '{part}' is not set, ycsb or copies");
        if (options.Records.Any(r => r is < 1024 or > 1 << 20)) throw new ArgumentException("--records: from 1 KiB to 1 MiB");
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        return options;
    }

    private static BenchOptions SetOptions(PaperOptions options)
    {
        BenchOptions sets = new() { Verbs = [Verb.Set] };
        if (options.IsSmoke) sets = sets.AsSmoke();
        return sets with
        {
            Sizes = options.Sizes, Pipelines = options.Pipelines, Rounds = options.Rounds, PoolSize = options.PoolSize, Window = options.Window,
            WarmUp = options.IsSmoke ? sets.WarmUp : TimeSpan.FromSeconds(0.2),
            StartWarmUp = options.IsSmoke ? sets.StartWarmUp : TimeSpan.FromSeconds(0.6),
            // A window with its warm-up and data set must stay well below the pool.
            VolumeBytes = options.IsSmoke ? sets.VolumeBytes : 512L << 20,
            DataSetBytesMax = options.IsSmoke ? sets.DataSetBytesMax : 128L << 20,
            PkvPath = options.PkvPath, WorkDirectory = options.WorkDirectory, ClientSpins = !options.IsSmoke, WarmsMemory = !options.IsSmoke,
        };
    }
}
