using Pkv.Bench.Cli;
using Pkv.Bench.Echo;
using Pkv.Bench.Report;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Faults;

/// <summary>The verb <c>faults</c>: its options, its run, its section of docs/zio.md.</summary>
internal static class FaultsCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments)
    {
        OptionReader reader = new(arguments, "smoke");
        FaultsOptions options = new();
        if (reader.Has("smoke")) options = options.AsSmoke();
        options = options with
        {
            Pages = reader.Numbers("pages", options.Pages),
            Sizes = reader.Numbers("sizes", options.Sizes),
            Ranges = reader.Numbers("ranges", options.Ranges),
            Rounds = reader.Number("rounds", options.Rounds),
            Times = reader.Number("times", options.Times),
            OutputPath = BenchOptionsParser.Output(reader.Text("out")),
        };
        reader.RejectRest();
        return Run(Checked(options));
    }

    /// <summary>Measures and reports. Where there is no gcc or no userfaultfd the report says so; in CI gcc must be there.</summary>
    public static int Run(FaultsOptions options)
    {
        if (CProgram.Missing is { } missing && Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException(missing);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pkv-bench-");
        try
        {
            FaultProgram? program = CProgram.Missing == null ? FaultProgram.Build(folder.FullName) : null;
            FaultsRun run = new();
            RunProgress.Show(options.Rounds, progress => run = new FaultsComparison(options, program, progress).Run());
            if (program == null) run.Obstacles.Add($"No page faults were measured: {CProgram.Missing}.");
            string section = FaultsReport.Markdown(options, run);
            if (options.IsSmoke) Console.WriteLine($"smoke of faults: {run.Faults.Count + run.Pieces.Count + run.Tracking.Count} figures, {run.Facts.Count} facts. {string.Join(' ', run.Obstacles)}");
            else Console.WriteLine(section);
            if (options.OutputPath != null) MarkedSection.Write(options.OutputPath, EchoCommand.Opening, FaultsReport.SectionName, section);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static FaultsOptions Checked(FaultsOptions options)
    {
        if (options.Pages.Any(p => p is < 1 or > 4096)) throw new ArgumentException("--pages: from 1 to 4096");
        if (options.Sizes.Any(s => s is < 4096 or > 4 << 20 || s % 4096 != 0)) throw new ArgumentException("--sizes: whole pages, from 4 KiB to 4 MiB");
        if (options.Ranges.Any(r => r is < 1 or > 65536)) throw new ArgumentException("--ranges: from 1 to 65536");
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        if (options.Times is < 1 or > 4096) throw new ArgumentException("--times: from 1 to 4096");
        return options;
    }
}
