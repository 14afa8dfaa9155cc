using System.Globalization;
using Pkv.Figures;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Report;

/// <summary>A phase as two drawings: its latencies by percentile, and its throughput over time.</summary>
internal static class RunPlots
{
    private const int WindowsMost = 120;
    private const double NinesStep = 0.02;

    /// <summary>Writes PREFIX-latency.svg and PREFIX-throughput.svg.</summary>
    public static void Write(string prefix, string title, RunResult result)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(prefix));
        if (folder != null) Directory.CreateDirectory(folder);
        File.WriteAllText(prefix + "-latency.svg", Latency(title, result));
        File.WriteAllText(prefix + "-throughput.svg", Throughput(title, result));
    }

    /// <summary>
    /// Latency over percentiles, each nine as wide as the one before: a tail that a linear axis hides takes its half of the
    /// drawing.
    /// </summary>
    public static string Latency(string title, RunResult result)
    {
        Measurements measured = result.Measured;
        List<LinePlot.Curve> curves = [];
        foreach ((MetricName name, Metric metric) in measured.All())
        {
            if (name == MetricName.Verify) continue;
            // By the operation, not by its place: the same in every run, and in both of its curves.
            string label = MetricTitle.Of(name), colour = SeriesColours.Other((int)name);
            if (measured.Interval != MeasuredInterval.Intended) Add(curves, label, colour, metric.Done, isMeasured: true);
            if (measured.Interval != MeasuredInterval.Operation) Add(curves, "intended " + label, colour, metric.Intended, measured.Interval == MeasuredInterval.Intended);
        }
        if (curves.Count == 0) curves.Add(new LinePlot.Curve("nothing was done", SeriesColours.Unknown, [(0, 0), (1, 0)], IsMeasured: true));
        double most = curves.Max(c => c.Points[^1].X);
        double[] ticks = [.. Enumerable.Range(0, Math.Max(2, (int)Math.Ceiling(most) + 1)).Select(n => (double)n)];
        LinePlot plot = new(title, "percentile, logarithmic: each nine is as wide", ticks, PercentileText);
        plot.AddPanel("latency", "latency, µs", 1, [.. curves]);
        return plot.Svg();
    }

    /// <summary>Operations per second in windows of equal length.</summary>
    public static string Throughput(string title, RunResult result)
    {
        List<(double X, double Y)> points = [];
        int step = Math.Max(1, result.Samples.Count / WindowsMost);
        (double Seconds, long Operations) last = (0, 0);
        for (int i = step - 1; i < result.Samples.Count; i += step)
        {
            (double Seconds, long Operations) sample = result.Samples[i];
            if (sample.Seconds > last.Seconds) points.Add((sample.Seconds, (sample.Operations - last.Operations) / (sample.Seconds - last.Seconds)));
            last = sample;
        }
        if (points.Count == 0) points.Add((0, 0));
        double end = Math.Max(0.1, points[^1].X);
        LinePlot plot = new(title, "seconds", [0, .. TimeTicks(end), end]);
        plot.AddPanel("throughput", "operations per second", 1, new LinePlot.Curve("all operations", SeriesColours.Other(0), points, IsMeasured: true));
        return plot.Svg();
    }

    private static void Add(List<LinePlot.Curve> curves, string name, string colour, LatencyHistogram latencies, bool isMeasured)
    {
        if (latencies.Count == 0) return;
        List<(double X, double Y)> points = [(0, latencies.MinNs / 1000.0)];
        // The last value has nobody above it; it is drawn where half an operation would be.
        double most = Math.Log10(2.0 * latencies.Count);
        long seen = 0;
        foreach ((long upper, long count) in latencies.Buckets())
        {
            seen += count;
            double nines = Math.Min(most, -Math.Log10(1 - (double)seen / latencies.Count));
            if (nines - points[^1].X >= NinesStep || seen == latencies.Count) points.Add((nines, upper / 1000.0));
        }
        curves.Add(new LinePlot.Curve(name, colour, points, isMeasured));
    }

    private static string PercentileText(double nines) => nines == 0 ? "0 %"
        : (100 - 100 * Math.Pow(10, -nines)).ToString("0.########", CultureInfo.InvariantCulture) + " %";

    // Four to nine round times before the end.
    private static IEnumerable<double> TimeTicks(double end)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(end)));
        double step = (end / power) switch { < 2 => power / 5, < 5 => power / 2, _ => power };
        for (int i = 1; i * step < end - step / 2; i++) yield return i * step;
    }
}
