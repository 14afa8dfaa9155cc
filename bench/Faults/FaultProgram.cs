using System.Diagnostics;
using System.Globalization;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Faults;

/// <summary>
/// zio/faults, compiled: the program whose page faults are measured. In C, because it faults where a runtime must not: in a thread
/// that would keep a garbage collection waiting, and into a handler of SIGBUS.
/// </summary>
/// <param name="path">The compiled program.</param>
internal sealed class FaultProgram(string path)
{
    private const string SourceInRepository = "zio/faults";
    private const int ExitRefused = 3;

    /// <summary>Compiles it into a folder that the caller deletes.</summary>
    /// <exception cref="InvalidOperationException">The source is missing, or it does not compile.</exception>
    public static FaultProgram Build(string folder)
    {
        string source = Path.Combine(RepositoryFolder.Find() ?? ".", SourceInRepository);
        return new FaultProgram(CProgram.Build(Path.Combine(folder, "faults"), ["-pthread", .. Directory.GetFiles(source, "*.c")]));
    }

    /// <summary>One round of a way; null where the kernel does not have it or refuses it.</summary>
    public FaultResult? Measure(FaultWay way, int pages, int times)
    {
        int[] cores = CorePinning.AllowedCores();
        int core = cores[^1], handler = way.Handler switch { HandlerPlace.OtherCore => cores[0], HandlerPlace.AnyCore => -1, _ => core };
        string? output = Run(way.Name, Text(pages), Text(times), Text(core), Text(handler));
        if (output == null) return null;
        double[] figures = [.. output.Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
        return new FaultResult(way, pages, figures[0], figures[1], figures[2] < 0 ? null : figures[2]);
    }

    /// <summary>What userfaultfd does at its edges: name and result.</summary>
    public IReadOnlyDictionary<string, string> Facts() =>
        (Run("facts") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(w => w[0], w => w[1]);

    private string? Run(params string[] arguments)
    {
        ProcessStartInfo info = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        string output = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode switch
        {
            0 => output,
            ExitRefused => null,
            _ => throw new InvalidOperationException($"faults {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}"),
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
