using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Memory;

/// <summary>The verb <c>memory</c>: its options, its run, its section of the report.</summary>
internal static class MemoryCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll) => Run(Parse(arguments), endAll);

    /// <summary>Runs what the options say; 0.</summary>
    public static int Run(MemoryOptions options, Action<PosixSignalContext> endAll)
    {
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, ServerCatalog.LimitReceiveBytesDefault)
            .Installed(options.Servers, options.ServersNamed, Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        IReadOnlyList<MemoryResult> results = [];
        RunProgress.Show(MemoryComparison.StepsOf(servers.Count), progress => results = new MemoryComparison(options, servers, progress).Run());
        MemoryReport report = new(servers, results);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} servers filled and looked at");
        else Console.WriteLine(report.Markdown());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return 0;
    }

    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static MemoryOptions Parse(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        MemoryOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        string? servers = reader.Text("servers");
        options = options with
        {
            Hashes = reader.Number("hashes", options.Hashes),
            Members = reader.Number("members", options.Members),
            Servers = servers?.Split(',') ?? options.Servers,
            ServersNamed = servers != null,
            PoolSize = reader.Text("pool-size") ?? options.PoolSize,
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
            PkvPath = reader.Text("pkv"),
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        // Scores are the numbers of members above ten million, with eight digits.
        if (options.Hashes is < 1000 or > 90_000_000 || options.Members is < 1000 or > 90_000_000)
            throw new ArgumentException("--hashes, --members: from 1000 to 90000000");
        return options;
    }
}
