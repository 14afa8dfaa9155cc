using System.Diagnostics;
using System.Globalization;

namespace Pkv.Tests.Zio;

/// <summary>What a program did: run to its end, or killed after a time that only one that hangs takes.</summary>
/// <param name="ExitCode">128 + n if signal n ended it; -1 if it hung.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
public sealed record ZioRun(int ExitCode, string Output, string Errors)
{
    private const int HangMs = 400_000;

    /// <summary>Sums of the library's counters over the program and its children ("zio: NAME VALUE").</summary>
    public IReadOnlyDictionary<string, long> Counters => Errors.Split('\n')
        .Select(line => line.Split(' '))
        .Where(words => words is ["zio:", _, _] && long.TryParse(words[2], CultureInfo.InvariantCulture, out _))
        .GroupBy(words => words[1])
        .ToDictionary(group => group.Key, group => group.Sum(words => long.Parse(words[2], CultureInfo.InvariantCulture)));

    /// <summary>Runs a program with these variables on top of the environment.</summary>
    public static ZioRun Of(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> variables)
    {
        ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(HangMs);
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return new ZioRun(ended ? process.ExitCode : -1, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs it under libzio with an engine, counting; back-off is off unless the variables say otherwise.</summary>
    public static ZioRun Preloaded(string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables) =>
        Of(program, arguments, [("LD_PRELOAD", ZioTools.Library), ("ZIO_STATS", "1"), ("ZIO_BACKOFF", "off"), .. variables]);
}
