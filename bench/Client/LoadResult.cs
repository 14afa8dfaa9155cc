namespace Pkv.Bench.Client;

/// <summary>What the load client saw in one window.</summary>
/// <param name="Operations">Requests answered, each with a validated reply.</param>
/// <param name="ElapsedNs">From the first send to the last reply, in nanoseconds.</param>
/// <param name="P50Ns">Median latency from the begin of a batch's send to a request's reply, nanoseconds.</param>
/// <param name="P99Ns">99th percentile of the same.</param>
/// <param name="P999Ns">99.9th percentile of the same.</param>
internal sealed record LoadResult(long Operations, long ElapsedNs, long P50Ns, long P99Ns, long P999Ns)
{
    /// <summary>Longest latency, nanoseconds.</summary>
    public long MaxNs { get; init; }

    /// <summary>Requests per second.</summary>
    public double Throughput => ElapsedNs == 0 ? 0 : Operations * 1e9 / ElapsedNs;
}
