using System.Globalization;
using Pkv.Figures;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Report;

/// <summary>
/// All figures of a phase, under YCSB's names and in its order, so that what reads its reports reads these: times in whole
/// microseconds, means with decimals.
/// </summary>
internal sealed class RunFigures
{
    private readonly List<Figure> _figures = [];
    private readonly IReadOnlyList<double> _percentiles;
    private readonly bool _isVerbose;

    private RunFigures(IReadOnlyList<double> percentiles, bool isVerbose)
    {
        _percentiles = percentiles;
        _isVerbose = isVerbose;
    }

    /// <param name="result">The phase.</param>
    /// <param name="percentiles">Those to be reported, in per cent.</param>
    /// <param name="isVerbose">Also how many operations took each time.</param>
    public static IReadOnlyList<Figure> Of(RunResult result, IReadOnlyList<double> percentiles, bool isVerbose)
    {
        RunFigures figures = new(percentiles, isVerbose);
        figures.AddOverall(result);
        Measurements measured = result.Measured;
        bool hasOperations = measured.Interval != MeasuredInterval.Intended;
        foreach ((MetricName name, Metric metric) in measured.All())
        {
            string title = MetricTitle.Of(name);
            // Outcomes stand once, with the latencies that come first, as in YCSB.
            if (hasOperations) figures.AddMetric(title, metric.Done, metric.Failed, metric.Outcomes);
            else figures.AddMetric(title, metric.Intended, metric.IntendedFailed, metric.Outcomes);
        }
        if (measured.Interval == MeasuredInterval.Both)
            foreach ((MetricName name, Metric metric) in measured.All())
                if (name != MetricName.Verify) figures.AddMetric("Intended-" + MetricTitle.Of(name), metric.Intended, metric.IntendedFailed, []);
        return figures._figures;
    }

    /// <summary>The property hdrhistogram.percentiles: "50,95,99.9".</summary>
    /// <exception cref="ArgumentException">One is no number from 0 to 100.</exception>
    public static IReadOnlyList<double> Percentiles(string text) => [.. text.Split(',').Select(part =>
        double.TryParse(part.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double p) && p is >= 0 and <= 100
            ? p : throw new ArgumentException($"hdrhistogram.percentiles: '{part}' is not a number from 0 to 100"))];

    /// <summary>"1st", "2nd", "95th"; a number with decimals stands alone.</summary>
    internal static string Ordinal(double percentile)
    {
        if (percentile != Math.Floor(percentile)) return percentile.ToString(CultureInfo.InvariantCulture);
        int whole = (int)percentile;
        string ending = (whole % 100) is 11 or 12 or 13 ? "th" : (whole % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
        return whole.ToString(CultureInfo.InvariantCulture) + ending;
    }

    private void AddOverall(RunResult result)
    {
        double ms = result.RunTime.TotalMilliseconds;
        long operations = result.Measured.Operations;
        Whole("OVERALL", "RunTime(ms)", Math.Round(ms));
        Decimal("OVERALL", "Throughput(ops/sec)", ms > 0 ? operations * 1000 / ms : 0);
        Whole("TOTAL_GCs", "Count", result.Collections);
        Whole("TOTAL_GC_TIME", "Time(ms)", Math.Floor(result.CollectionPause.TotalMilliseconds));
        Decimal("TOTAL_GC_TIME_%", "Time(%)", ms > 0 ? result.CollectionPause.TotalMilliseconds / ms * 100 : 0);
        // Not YCSB's: who was the bottleneck.
        if (operations == 0) return;
        Decimal("CLIENT", "CpuTime(us/op)", result.ClientCpu.TotalMicroseconds / operations);
        if (result.ServerCpu is { } server) Decimal("SERVER", "CpuTime(us/op)", server.TotalMicroseconds / operations);
    }

    private void AddMetric(string title, LatencyHistogram done, LatencyHistogram failed, long[] outcomes)
    {
        if (done.Count > 0 || outcomes.Any(o => o > 0))
        {
            AddLatencies(title, done);
            for (int i = 0; i < outcomes.Length; i++)
                if (outcomes[i] > 0) Whole(title, "Return=" + MetricTitle.Of((Outcome)i), outcomes[i]);
            if (_isVerbose)
                foreach ((long upper, long count) in done.Buckets().GroupBy(b => b.UpperNs / 1000, (us, b) => (us, b.Sum(x => x.Count))))
                    Decimal(title, upper.ToString(CultureInfo.InvariantCulture), count);
        }
        if (failed.Count > 0) AddLatencies(title + "-FAILED", failed);
    }

    private void AddLatencies(string title, LatencyHistogram latencies)
    {
        Whole(title, "Operations", latencies.Count);
        Decimal(title, "AverageLatency(us)", latencies.MeanNs / 1000);
        Whole(title, "MinLatency(us)", latencies.MinNs / 1000);
        Whole(title, "MaxLatency(us)", latencies.MaxNs / 1000);
        foreach (double percentile in _percentiles) Whole(title, Ordinal(percentile) + "PercentileLatency(us)", latencies.PercentileNs(percentile / 100) / 1000);
    }

    private void Whole(string metric, string measurement, double value) => _figures.Add(new Figure(metric, measurement, value, IsWhole: true));

    private void Decimal(string metric, string measurement, double value) => _figures.Add(new Figure(metric, measurement, value, IsWhole: false));
}
