using System.Diagnostics;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>Appends equal batches to a log, each copied in as a receive would, and times each until it is durable.</summary>
internal static unsafe class DurableRun
{
    /// <summary>
    /// Bytes from one batch to the next. With several in flight each begins a block of its own: were a block in flight
    /// twice, the disk might keep the older image, and a batch already called durable would be lost.
    /// </summary>
    public static long StrideOf(int depth, int batchBytes) =>
        depth == 1 ? batchBytes : DirectLog.BlocksOf(0, batchBytes).LengthBytes;

    /// <summary>Runs for this long or until the log is full, whichever is first.</summary>
    public static MediaResult Measure(
        string method, string poolState, IDurableLog log, NativeBuffer source, long lengthBytes, int batchBytes, TimeSpan duration)
    {
        LatencyHistogram latencies = new();
        Span<long> begun = stackalloc long[log.Depth];
        Span<int> free = stackalloc int[log.Depth];
        for (int slot = 0; slot < log.Depth; slot++) free[slot] = slot;
        int freeCount = log.Depth;
        long offset = 0;
        long stride = StrideOf(log.Depth, batchBytes);
        long cpuBefore = CpuClock.OfThisProcess();
        long start = Stopwatch.GetTimestamp();
        long deadline = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        long now = start;
        while (true)
        {
            while (freeCount > 0 && now < deadline && offset + batchBytes <= lengthBytes)
            {
                int slot = free[--freeCount];
                Buffer.MemoryCopy(source.Address, log.At(offset), batchBytes, batchBytes);
                begun[slot] = Stopwatch.GetTimestamp();
                log.Begin(offset, batchBytes, slot);
                offset += stride;
            }
            if (freeCount == log.Depth) break;
            int finished = log.Finish();
            now = Stopwatch.GetTimestamp();
            latencies.Record((long)((now - begun[finished]) * (1e9 / Stopwatch.Frequency)));
            free[freeCount++] = finished;
        }
        long cpu = CpuClock.OfThisProcess() - cpuBefore;
        long elapsed = (long)((now - start) * (1e9 / Stopwatch.Frequency));
        return new MediaResult(method, poolState, batchBytes, latencies.Count, elapsed,
            latencies.PercentileNs(0.5), latencies.PercentileNs(0.99), cpu);
    }
}
