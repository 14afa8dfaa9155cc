using Pkv.Figures;

namespace Pkv.Ycsb.Measuring;

/// <summary>The latencies of one kind of operation and how its operations ended. One thread writes; see <see cref="LatencyHistogram"/>.</summary>
internal sealed class Metric
{
    /// <summary>Three figures, as YCSB's histograms.</summary>
    public const int SubBits = 10;

    /// <summary>Latencies from the begin of operations that were done.</summary>
    public LatencyHistogram Done { get; } = new(SubBits);

    /// <summary>The same of operations that failed.</summary>
    public LatencyHistogram Failed { get; } = new(SubBits);

    /// <summary>Latencies from the intended begin.</summary>
    public LatencyHistogram Intended { get; } = new(SubBits);

    /// <summary>The same of operations that failed.</summary>
    public LatencyHistogram IntendedFailed { get; } = new(SubBits);

    /// <summary>Operations by <see cref="Outcome"/>.</summary>
    public long[] Outcomes { get; } = new long[3];

    /// <summary>Adds what another has.</summary>
    public void Add(Metric other)
    {
        Done.Add(other.Done);
        Failed.Add(other.Failed);
        Intended.Add(other.Intended);
        IntendedFailed.Add(other.IntendedFailed);
        for (int i = 0; i < Outcomes.Length; i++) Outcomes[i] += other.Outcomes[i];
    }
}
