using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Stalls;

/// <summary>The verb <c>stalls</c>: its options, its run, its section of the report.</summary>
internal static class StallsCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll) => Run(Parse(arguments), endAll);

    /// <summary>Runs what the options say; 0.</summary>
    public static int Run(StallsOptions options, Action<PosixSignalContext> endAll)
    {
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, ServerCatalog.LimitReceiveBytesDefault)
            .Installed(options.Servers, options.ServersNamed, Console.WriteLine);
        servers = [.. servers.Select(s => s.HasReceiveCounters ? s.WithIoThreads(options.IoThreads) : s)];
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        IReadOnlyList<StallResult> results = [];
        RunProgress.Show(StallsComparison.StepsOf(options, servers.Count), progress => results = new StallsComparison(options, servers, progress).Run());
        StallsReport report = new(options, servers, results);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} hostile clients, all answered");
        else Console.WriteLine(report.Markdown());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }

    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static StallsOptions Parse(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        StallsOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        string? servers = reader.Text("servers");
        options = options with
        {
            Elements = reader.Number("elements", options.Elements),
            IoThreads = reader.Number("io-threads", options.IoThreads),
            Only = reader.Text("only") ?? options.Only,
            Servers = servers?.Split(',') ?? options.Servers,
            ServersNamed = servers != null,
            PoolSize = reader.Text("pool-size") ?? options.PoolSize,
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
            PkvPath = reader.Text("pkv"),
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        if (options.Elements is < 1000 or > 20_000_000) throw new ArgumentException("--elements: from 1000 to 20000000");
        if (options.IoThreads is < 1 or > 64) throw new ArgumentException("--io-threads: from 1 to 64");
        return options;
    }
}
