using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>
/// Anonymous huge pages are the pool; their blocks are written with O_DIRECT through io_uring from a registered
/// buffer: no copy, no page-cache page, no page pinned per write.
/// </summary>
internal sealed unsafe class UringLog : IDurableLog
{
    private readonly NativeBuffer _memory;
    private readonly IoUring _ring;
    private readonly int _descriptor;
    private readonly int[] _lengths;

    public UringLog(PoolFile file, NativeBuffer memory, int depth)
    {
        _memory = memory;
        Depth = depth;
        _lengths = new int[depth];
        _ring = new IoUring(depth, memory);
        _descriptor = file.Open(DiskCalls.Direct);
    }

    public int Depth { get; }

    public byte* At(long offset) => _memory.Address + offset;

    public void Begin(long offset, int lengthBytes, int slot)
    {
        (long from, int length) = DirectLog.BlocksOf(offset, lengthBytes);
        _lengths[slot] = length;
        _ring.QueueDurableWrite(_descriptor, At(from), length, from, (ulong)slot);
    }

    public int Finish()
    {
        int slot = (int)_ring.SubmitAndTake(out int written);
        return written == _lengths[slot] ? slot : throw new IOException($"io_uring wrote {written} of {_lengths[slot]} bytes");
    }

    public void Dispose()
    {
        _ring.Dispose();
        _ = Libc.Close(_descriptor);
    }
}
