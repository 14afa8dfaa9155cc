using System.Diagnostics;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// Shared memory that outlives the process, as a substitute for persistent memory. The kernel holds every store
/// immediately, so a killed process loses nothing; a power loss loses everything. No cache write-back is needed. On request
/// the medium issues those that persistent memory would need, so that measurements include their cost, and emulates the
/// latency and bandwidth of a slower medium.
/// </summary>
public sealed unsafe class DramMedium : IMedium
{
    private readonly MappedFile _file;
    private readonly FileHoles? _holes;
    private readonly bool _flush;
    private readonly double _ticksPerByte;
    private readonly long _latencyTicks;

    [ThreadStatic] private static long s_bytesSinceDrain;

    /// <param name="path">A file on tmpfs.</param>
    /// <param name="mappedBytes">The most the pool may hold.</param>
    /// <param name="flush">Issue cache write-backs as persistent memory would need them.</param>
    /// <param name="writeLatencyNs">Added to each drain that has something to wait for; 0 adds nothing.</param>
    /// <param name="bandwidthMbps">Write bandwidth in MB/s (10^6 bytes) to emulate; 0 is no limit.</param>
    public DramMedium(string path, long mappedBytes, bool flush, int writeLatencyNs, int bandwidthMbps)
    {
        _file = new MappedFile(path, mappedBytes);
        try
        {
            _holes = CoverHoles(path);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        _flush = flush;
        _latencyTicks = (long)(writeLatencyNs * 1e-9 * Stopwatch.Frequency);
        _ticksPerByte = bandwidthMbps > 0 ? Stopwatch.Frequency / (bandwidthMbps * 1e6) : 0;
        MemoryCalls.Madvise((nint)_file.Base, (nuint)_file.MappedBytes, MemoryCalls.MadvHugePage);
    }

    public MediumKind Kind => MediumKind.Dram;

    public string Promise =>
        "survives a killed process; not a kernel crash or a power loss (shared memory"
        + (_flush ? $", {CacheFlush.InstructionName} paid)" : ", cache write-backs off)");

    public byte* Base => _file.Base;
    public long MappedBytes => _file.MappedBytes;
    public long BackedBytes => _file.BackedBytes;
    public bool DrainIsDurable => true;

    public bool MustPopulate => true;

    // Reserving takes tmpfs about 0.1 ms a MiB, under the pool's lock.
    public int GrowthSlotsMax => 8;

    public bool HasRoomFor(long bytes) => _file.HasRoomFor(bytes);

    public bool IsDeviceFull => _file.IsDeviceFull || _holes is { Bytes: > 0 };

    public string State => _holes is { Bytes: > 0 and var bytes } ? $"the file system has no room for {bytes} bytes of the pool" : "ok";

    /// <summary>The file system has reserved the pages on return: no later load or store can find it full.</summary>
    public void Extend(long bytes)
    {
        if (_holes is { Bytes: > 0 } && !_holes.TryFill(0, BackedBytes))
            throw new MediumException($"cannot grow the pool: {State}", Errno.ENoSpc);
        _file.Extend(bytes);
    }

    // Huge pages where they can be had: one touched page of 2 MiB, made huge, takes 0.1 ms, where faulting its 512 small
    // ones takes 1.2 ms, and later receives miss the TLB less.
    public bool Populate(byte* start, long bytes)
    {
        if (_holes is { Bytes: > 0 } && !_holes.TryFill(start - Base, bytes))
            return false;
        for (byte* end = start + bytes; start < end; start += MappedFile.HugePageBytes)
        {
            long part = Math.Min(MappedFile.HugePageBytes, end - start);
            if (!MappedFile.Populate(start, Math.Min(part, Environment.SystemPageSize)))
                return false;
            bool huge = part == MappedFile.HugePageBytes && MemoryCalls.Madvise((nint)start, (nuint)part, MemoryCalls.MadvCollapse) == 0;
            if (!huge && !MappedFile.Populate(start, part))
                return false;
        }
        return true;
    }

    public void Flush(byte* start, nuint bytes)
    {
        if (_flush)
            CacheFlush.WriteBack(start, bytes);
        if (_ticksPerByte != 0)
            s_bytesSinceDrain += (long)bytes;
    }

    public void Drain()
    {
        // Orders the write-backs above before the stores that publish durability.
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            System.Runtime.Intrinsics.X86.Sse.StoreFence();
        else
            Thread.MemoryBarrier();
        if (_latencyTicks != 0 || _ticksPerByte != 0)
            Emulate();
    }

    public int Sync() => 0;

    public void Dispose() => _file.Dispose();

    // Earlier releases lengthened the file without taking pages, and a copy may be sparse. Filled at once where there is
    // room; where there is none, what the file holds can still be read.
    private FileHoles? CoverHoles(string path)
    {
        if (!FileHoles.Exist(_file.Descriptor, BackedBytes))
            return null;
        try
        {
            _file.FillHoles();
            return null;
        }
        catch (MediumException e) when (e.Errno == Errno.ENoSpc)
        {
            return FileHoles.Cover(path, _file.Descriptor, Base, BackedBytes, isPrivate: false);
        }
    }

    private void Emulate()
    {
        long until = Stopwatch.GetTimestamp() + _latencyTicks + (long)(s_bytesSinceDrain * _ticksPerByte);
        s_bytesSinceDrain = 0;
        while (Stopwatch.GetTimestamp() < until)
            Thread.SpinWait(4);
    }
}
