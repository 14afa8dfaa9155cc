using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Types;

/// <summary>The verb <c>types</c>: its run and its section of the report.</summary>
internal static class TypesCommand
{
    /// <summary>What it measures when it is told nothing else.</summary>
    public static BenchOptions Defaults(BenchOptions options) => options with
    {
        Shapes = [.. TypedShapes.All.Select(s => s.Name)],
        Servers = ["redis-aof", "redis", "garnet", "pkv"],
    };

    /// <summary>Runs what the options say; 0.</summary>
    public static int Run(BenchOptions options, Action<PosixSignalContext> endAll)
    {
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, options.LimitReceiveBytes)
            .Installed(options.Servers, options.ServersNamed, Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        IReadOnlyList<RunResult> results = [];
        RunProgress.Show(TypesComparison.StepsOf(options, servers.Count),
            progress => results = new TypesComparison(options, servers, progress).Run());
        TypesReport report = new(options, servers, results);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} windows over types, {results.Sum(r => r.Load.Operations):N0} replies, all as they must be");
        else Console.WriteLine(report.Markdown());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }
}
