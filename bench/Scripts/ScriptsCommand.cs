using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Scripts;

/// <summary>The verb <c>scripts</c>: its options, its run, its section of the report.</summary>
internal static class ScriptsCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll) => Run(Parse(arguments), endAll);

    /// <summary>Runs what the options say; 0.</summary>
    public static int Run(ScriptsOptions options, Action<PosixSignalContext> endAll)
    {
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, ServerCatalog.LimitReceiveBytesDefault)
            .Installed(options.Servers, options.ServersNamed, Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        IReadOnlyList<RunResult> results = [];
        RunProgress.Show(ScriptsComparison.StepsOf(options, servers.Count), progress => results = new ScriptsComparison(options, servers, progress).Run());
        ScriptsReport report = new(options, servers, results);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} windows over scripts, {results.Sum(r => r.Load.Operations):N0} replies, all as they must be");
        else Console.WriteLine(report.Markdown());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }

    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static ScriptsOptions Parse(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        ScriptsOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        string? servers = reader.Text("servers");
        options = options with
        {
            Shapes = reader.Text("shapes")?.Split(',') ?? options.Shapes,
            Servers = servers?.Split(',') ?? options.Servers,
            ServersNamed = servers != null,
            Rounds = reader.Number("rounds", options.Rounds),
            Pipeline = reader.Number("pipeline", options.Pipeline),
            Connections = reader.Number("connections", options.Connections),
            Keys = reader.Number("keys", options.Keys),
            Window = reader.Seconds("seconds", options.Window),
            WarmUp = reader.Seconds("warm-up", options.WarmUp),
            PoolSize = reader.Text("pool-size") ?? options.PoolSize,
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
            PkvPath = reader.Text("pkv"),
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        return Checked(options);
    }

    private static ScriptsOptions Checked(ScriptsOptions options)
    {
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        if (options.Pipeline is < 1 or > 500) throw new ArgumentException("--pipeline: from 1 to 500");
        if (options.Connections is < 1 or > 1000) throw new ArgumentException("--connections: from 1 to 1000");
        // A key comes again only after all requests that are under way have been answered: a lock would be held otherwise.
        if (options.Keys < Math.Max(1000, options.Connections) || options.Keys > 99_999_999) throw new ArgumentException("--keys: from 1000 to 99999999, and one for each connection");
        _ = ScriptShapes.ByName(options.Shapes);
        return options;
    }
}
