using System.Diagnostics;
using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>
/// The price of a page before any sync: what appendfsync everysec and no pay on the path of a command. A mapping pays
/// a fault for every page that is not there or was written back since; anonymous memory pays only the first time.
/// </summary>
internal static unsafe class DirtyingRun
{
    private const int BatchBytes = 64 * 1024;

    /// <summary>All states of the memory, in the order in which one leads to the next.</summary>
    public static IEnumerable<DirtyingResult> Measure(string path, long lengthBytes, NativeBuffer source)
    {
        List<DirtyingResult> results = [];
        using (PoolFile file = new(path, lengthBytes, isWritten: false))
        using (MappedLog log = new(file))
        {
            results.Add(Fill("mapping, fresh (allocated, never touched)", log.At(0), lengthBytes, source));
            results.Add(Fill("mapping, recycled while still dirty", log.At(0), lengthBytes, source));
            log.Sync();
            results.Add(Fill("mapping, recycled after write-back", log.At(0), lengthBytes, source));
            log.Sync();
            log.Evict();
            results.Add(Fill("mapping, recycled after eviction (read back)", log.At(0), lengthBytes, source));
        }
        using NativeBuffer memory = new(lengthBytes, hugePages: true);
        results.Add(Fill("anonymous huge pages, recycled", memory.Address, lengthBytes, source));
        byte* fresh = MemoryMap.MapOrThrow(lengthBytes, MemoryMap.MapPrivate | MemoryMap.MapAnonymous, -1);
        _ = MemoryMap.Advise(fresh, (nuint)lengthBytes, MemoryMap.AdviseHugePage);
        results.Add(Fill("anonymous huge pages, fresh", fresh, lengthBytes, source));
        _ = MemoryMap.Unmap(fresh, (nuint)lengthBytes);
        return results;
    }

    private static DirtyingResult Fill(string memory, byte* target, long lengthBytes, NativeBuffer source)
    {
        long cpuBefore = CpuClock.OfThisProcess();
        long start = Stopwatch.GetTimestamp();
        for (long offset = 0; offset < lengthBytes; offset += BatchBytes)
            Buffer.MemoryCopy(source.Address, target + offset, BatchBytes, BatchBytes);
        double mebibytes = lengthBytes / (double)(1 << 20);
        double elapsedUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return new DirtyingResult(memory, (CpuClock.OfThisProcess() - cpuBefore) / 1e3 / mebibytes, elapsedUs / mebibytes);
    }
}
