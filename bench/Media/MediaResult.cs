namespace Pkv.Bench.Media;

/// <summary>One way of making batches durable, at one batch size.</summary>
/// <param name="Method">The way.</param>
/// <param name="PoolState">What the file's blocks were before.</param>
/// <param name="BatchBytes">Payload of a batch.</param>
/// <param name="Batches">Durable batches in the window.</param>
/// <param name="ElapsedNs">Length of the window.</param>
/// <param name="P50Ns">Median time from received to durable.</param>
/// <param name="P99Ns">99th percentile of the same.</param>
/// <param name="CpuNs">CPU time of this process in the window, io_uring's workers included, the kernel's own threads not.</param>
internal sealed record MediaResult(
    string Method, string PoolState, int BatchBytes, long Batches, long ElapsedNs, long P50Ns, long P99Ns, long CpuNs);
