using System.Globalization;
using System.Text;
using Pkv.Figures;
using Pkv.Ycsb.Engine;

namespace Pkv.Ycsb.Report;

/// <summary>YCSB's status lines, for logs and pipes: the run so far, and each kind's latencies in µs since the last line.</summary>
internal sealed class StatusLines(TextWriter output, string label, TimeSpan every) : IRunView
{
    public TimeSpan Every => every;

    public void Run(Action<Action<RunProgress>> work) => work(progress => output.WriteLine(Line(progress, label, DateTime.Now)));

    /// <summary>One line.</summary>
    internal static string Line(RunProgress progress, string label, DateTime now)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{label}{now:yyyy-MM-dd HH:mm:ss:fff} {(long)progress.Elapsed.TotalSeconds} sec: {progress.Operations} operations; ");
        if (progress.Operations > 0) line.Append(CultureInfo.InvariantCulture, $"{progress.CurrentRate:0.##} current ops/sec; ");
        if (progress.Total > progress.Operations && progress.Operations > 0)
            line.Append(CultureInfo.InvariantCulture, $"est completion in {Remaining((progress.Total - progress.Operations) / progress.MeanRate)} ");
        foreach (LatencyWindow row in progress.Rows)
        {
            LatencyHistogram since = row.Since;
            if (since.Count == 0) continue;
            line.Append(CultureInfo.InvariantCulture,
                $"[{MetricTitle.Of(row.Name)}: Count={since.Count}, Max={since.MaxNs / 1000}, Min={since.MinNs / 1000}, Avg={since.MeanNs / 1000:0.##}, ");
            line.AppendJoin(", ", new[] { 50, 90, 99, 99.9, 99.99 }.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}={since.PercentileNs(p / 100) / 1000}")));
            line.Append("] ");
        }
        return line.ToString().TrimEnd();
    }

    /// <summary>A number of seconds in words: days, hours, minutes, and seconds when there is no more than those.</summary>
    internal static string Remaining(double seconds)
    {
        long left = (long)Math.Ceiling(seconds);
        (long Size, string Name)[] units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
        List<string> words = [];
        foreach ((long size, string name) in units)
        {
            // Whoever waits for days does not count minutes.
            if (left < size || (name == "minute" && words.Count > 0 && seconds >= 86_400)) continue;
            words.Add($"{left / size} {name}{(left / size == 1 ? "" : "s")}");
            left %= size;
        }
        return words.Count > 0 ? string.Join(' ', words) : $"{left} second{(left == 1 ? "" : "s")}";
    }
}
