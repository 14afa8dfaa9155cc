using Pkv.Figures;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Engine;

/// <summary>
/// The latencies that all loops measured for one kind of operation since the last sample, read while the loops go on writing.
/// One thread looks. No latency is lost or seen twice: what is recorded during a look belongs to the next one.
/// </summary>
/// <param name="loops">What the loops measure.</param>
/// <param name="name">The kind of operation.</param>
/// <param name="part">Which of its histograms.</param>
internal sealed class LatencyWindow(IReadOnlyList<Measurements> loops, MetricName name, Func<Metric, LatencyHistogram> part)
{
    private readonly LatencyHistogram _one = new(Metric.SubBits);
    private readonly LatencyHistogram _now = new(Metric.SubBits);
    private readonly LatencyHistogram _before = new(Metric.SubBits);

    public MetricName Name => name;

    /// <summary>Latencies between the last two looks.</summary>
    public LatencyHistogram Since { get; } = new(Metric.SubBits);

    /// <summary>Looks.</summary>
    public void Update()
    {
        _now.Clear();
        foreach (Measurements loop in loops)
        {
            part(loop.Find(name)!).CopyTo(_one);
            _now.Add(_one);
        }
        Since.SetDifference(_now, _before);
        _now.CopyTo(_before);
    }
}
