using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>Anonymous memory is the pool; its blocks are written with pwrite on a descriptor with O_DIRECT and O_DSYNC.</summary>
internal sealed unsafe class DirectLog : IDurableLog
{
    /// <summary>Direct I/O goes by whole blocks: the block that a batch ends in is written again with the next batch.</summary>
    public const int BlockBytes = 4096;

    private readonly NativeBuffer _memory;
    private readonly int _descriptor;
    private long _offset;
    private int _length;
    private int _slot;

    public DirectLog(PoolFile file, NativeBuffer memory)
    {
        _memory = memory;
        _descriptor = file.Open(DiskCalls.Direct | DiskCalls.DataSync);
    }

    public int Depth => 1;

    public byte* At(long offset) => _memory.Address + offset;

    /// <summary>The whole blocks that cover a range.</summary>
    public static (long Offset, int LengthBytes) BlocksOf(long offset, int lengthBytes)
    {
        long from = offset & ~(BlockBytes - 1L);
        long to = (offset + lengthBytes + BlockBytes - 1) & ~(BlockBytes - 1L);
        return (from, (int)(to - from));
    }

    public void Begin(long offset, int lengthBytes, int slot)
    {
        (_offset, _length) = BlocksOf(offset, lengthBytes);
        _slot = slot;
    }

    public int Finish()
    {
        DiskCalls.WriteAllAt(_descriptor, At(_offset), _length, _offset);
        return _slot;
    }

    public void Dispose() => _ = Libc.Close(_descriptor);
}
