using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Echo;

/// <summary>The verb <c>echo</c>: its options, its run, its section of docs/zio.md.</summary>
internal static class EchoCommand
{
    /// <summary>How docs/zio.md begins when there is none yet.</summary>
    public const string Opening = """
        # libzio

        Figures, each section written by one verb of `dotnet run -c Release --project bench -- echo|faults|zio-redis`.

        """;

    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll)
    {
        OptionReader reader = new(arguments, "smoke");
        EchoOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        options = options with
        {
            Sizes = reader.Numbers("sizes", options.Sizes),
            Copies = reader.Numbers("copies", options.Copies),
            Touches = reader.Numbers("touches", options.Touches),
            Systems = reader.Text("systems") is { } systems ? [.. systems.Split(',').Select(EchoSystem.ByName)] : options.Systems,
            Connections = reader.Number("connections", options.Connections),
            Rounds = reader.Number("rounds", options.Rounds),
            Window = reader.Seconds("seconds", options.Window),
            WarmUp = reader.Seconds("warm-up", options.WarmUp),
            LibraryPath = reader.Text("libzio"),
        };
        options = options with { OutputPath = BenchOptionsParser.Output(reader.Text("out")) };
        reader.RejectRest();
        return Run(Checked(options), endAll);
    }

    /// <summary>Measures and reports. A smoke run without gcc or the library says so and does nothing, except in CI, where they must be.</summary>
    public static int Run(EchoOptions options, Action<PosixSignalContext> endAll)
    {
        string? library = options.LibraryPath ?? ZioPreload.DefaultPath;
        if (EchoProgram.Missing(options.Systems, library) is { } missing)
        {
            if (!options.IsSmoke || Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException(missing);
            Console.WriteLine($"echo: {missing}, left out");
            return 0;
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pkv-bench-");
        try
        {
            EchoProgram program = EchoProgram.Build(folder.FullName, library);
            IReadOnlyList<EchoResult> results = [];
            RunProgress.Show(EchoComparison.StepsOf(options), progress => results = new EchoComparison(options, program, progress).Run());
            EchoReport report = new(options, results);
            if (options.IsSmoke) Console.WriteLine($"smoke of echo: {results.Count} windows, {results.Sum(r => r.Load.Operations):N0} messages, all as they must be");
            else Console.WriteLine(report.Markdown(withPlots: false));
            if (options.OutputPath != null) report.Write(options.OutputPath, Opening);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EchoOptions Checked(EchoOptions options)
    {
        if (options.Sizes.Any(s => s is < 4096 or > 16 << 20 || s % 4096 != 0)) throw new ArgumentException("--sizes: whole pages, from 4 KiB to 16 MiB");
        if (options.Copies.Any(c => c is < 0 or > 100)) throw new ArgumentException("--copies: from 0 to 100");
        if (options.Touches.Any(t => t is < 0 or > 4096)) throw new ArgumentException("--touches: from 0 to 4096");
        if (options.Connections is < 1 or > 1000) throw new ArgumentException("--connections: from 1 to 1000");
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        return options;
    }
}
