using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>The page cache is the pool: a shared mapping of the file, made durable with fdatasync.</summary>
internal sealed unsafe class MappedLog : IDurableLog
{
    private readonly int _descriptor;
    private readonly long _length;
    private byte* _address;
    private int _slot;

    public MappedLog(PoolFile file)
    {
        _descriptor = file.Open(0);
        _length = file.Length;
        _address = MemoryMap.MapOrThrow(_length, MemoryMap.MapShared, _descriptor);
    }

    public int Depth => 1;

    public byte* At(long offset) => _address + offset;

    public void Begin(long offset, int lengthBytes, int slot) => _slot = slot;

    public int Finish()
    {
        Sync();
        return _slot;
    }

    /// <summary>Writes back whatever is dirty.</summary>
    public void Sync()
    {
        if (DiskCalls.SyncData(_descriptor) < 0) throw Libc.Failure("fdatasync");
    }

    /// <summary>Lets the kernel drop the file's clean pages; the mapping must go first, as mapped pages are kept.</summary>
    public void Evict()
    {
        _ = MemoryMap.Unmap(_address, (nuint)_length);
        _ = DiskCalls.Advise(_descriptor, 0, _length, DiskCalls.AdviseDontNeed);
        _address = MemoryMap.MapOrThrow(_length, MemoryMap.MapShared, _descriptor);
    }

    public void Dispose()
    {
        _ = MemoryMap.Unmap(_address, (nuint)_length);
        _ = Libc.Close(_descriptor);
    }
}
