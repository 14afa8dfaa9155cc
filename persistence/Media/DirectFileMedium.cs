using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// A pool file on an ordinary disk, written past the page cache from anonymous memory: sockets receive into huge pages, and
/// <see cref="Sync"/> writes the changed blocks. The file format is that of <see cref="FileMedium"/>. Unsynced data is lost
/// with the process, so a reply must follow a sync; this is the engine for appendfsync always. A block is never in flight
/// twice, or the device might keep the older version: all writes are made under one lock.
/// </summary>
public sealed unsafe class DirectFileMedium : IMedium
{
    // A sync that comes while blocks are prepared waits for one write of this much: about a quarter of a millisecond.
    private const int PrepareBytes = 256 * 1024;
    private const int LoadBytes = 4 << 20;
    private const int BlockMask = DirtyBlocks.BlockBytes - 1;

    private readonly string _path;
    private readonly LockedFile _file;
    private readonly DirectWriter _writer;
    private readonly DirtyBlocks _dirty;
    private readonly Lock _device = new();
    private BlockRun[] _runs = new BlockRun[256];
    private int _waitingSyncs;
    private int _failedFlushes;
    private bool _lengthUnsynced;

    private DirectFileMedium(string path, LockedFile file, long mappedBytes, bool useRing)
    {
        _path = path;
        _file = file;
        MappedBytes = Math.Max(mappedBytes, file.BackedBytes) + BlockMask & ~(long)BlockMask;
        nint address = MappedFile.MapAligned(-1, MappedBytes, MemoryCalls.MapPrivateAnonymous | MemoryCalls.MapNoReserve);
        if (address == MemoryCalls.MapFailed)
            throw new MediumException($"cannot reserve {MappedBytes} bytes of memory for the pool {path}: {Errno.LastMessage()}", System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
        MemoryCalls.Madvise(address, (nuint)MappedBytes, MemoryCalls.MadvHugePage);
        MemoryCalls.Madvise(address, (nuint)MappedBytes, MemoryCalls.MadvDontDump);
        Base = (byte*)address;
        _writer = new DirectWriter(file.Descriptor, Base, useRing);
        _dirty = new DirtyBlocks(MappedBytes);
    }

    public MediumKind Kind => MediumKind.File;

    public string Promise =>
        $"survives a killed process and a power loss: every reply waits until its device has flushed it (O_DIRECT, {(_writer.HasRing ? "io_uring" : "pwrite: no io_uring here")})";

    public byte* Base { get; }
    public long MappedBytes { get; }
    public long BackedBytes => _file.BackedBytes;
    public bool DrainIsDurable => false;
    public bool NeedsSyncBeforeReply => true;
    public bool MustPopulate => false;

    /// <summary>Test seam: while it is not 0, nothing is written and every sync fails with this errno.</summary>
    internal int FailWith { get; set; }

    /// <summary>
    /// Opens the pool file, or returns null with the reason where the file system does not take direct writes, or does
    /// not take them from memory that goes on changing.
    /// </summary>
    /// <exception cref="MediumException">The file cannot be opened at all, or another server has it.</exception>
    public static DirectFileMedium? TryOpen(string path, long mappedBytes, out string obstacle, bool useRing = true)
    {
        LockedFile file;
        obstacle = DirectSupport.ObstacleOf(path) ?? "";
        if (obstacle.Length > 0)
            return null;
        try
        {
            file = new LockedFile(path, FileCalls.ODirect);
        }
        catch (MediumException e) when (e.Errno is Errno.EInval or Errno.EOpNotSupp)
        {
            obstacle = "the file system refuses O_DIRECT";
            return null;
        }
        DirectFileMedium? medium = null;
        try
        {
            medium = new DirectFileMedium(path, file, mappedBytes, useRing);
            // What a killed server of the mapping engine left in the page cache goes to the device before it is read back.
            if (medium._writer.SyncData() is var error and not 0)
                throw new MediumException($"cannot write the pool {path} to its device: {Marshal.GetPInvokeErrorMessage(error)}");
            if (medium.Probe())
                return medium;
        }
        catch
        {
            if (medium is null)
                file.Dispose();
            else
                medium.Dispose();
            throw;
        }
        medium.Dispose();
        obstacle = "the device does not support direct reads or writes of 4096 bytes";
        return null;
    }

    public bool HasRoomFor(long bytes) => _file.HasRoomFor(bytes);

    public bool IsDeviceFull => _file.IsDeviceFull;

    /// <summary>The new length is on the device on return: a header that counts the new slots may follow.</summary>
    public void Extend(long bytes)
    {
        if (bytes <= BackedBytes && !_lengthUnsynced)
            return;
        _lengthUnsynced = true;
        _file.Extend(bytes);
        if (FlushDevice() is var error and not 0)
            throw new MediumException($"cannot grow the pool {_path}: {Marshal.GetPInvokeErrorMessage(error)}");
        _lengthUnsynced = false;
    }

    /// <summary>Reads a range, widened to whole blocks, from the file. Only what is not stored to yet may be loaded.</summary>
    public void Load(byte* start, long bytes)
    {
        long at = start - Base & ~(long)BlockMask;
        long end = Math.Min(start - Base + bytes + BlockMask & ~(long)BlockMask, BackedBytes);
        while (at < end)
        {
            nuint asked = (nuint)(Math.Min(LoadBytes, end - at) + BlockMask & ~(long)BlockMask);
            nint read = FileCalls.Pread(_file.Descriptor, Base + at, asked, at);
            if (read < 0 && Marshal.GetLastPInvokeError() == Errno.EIntr)
                continue;
            if (read < 0)
                throw new MediumException($"cannot read the pool {_path} at {at}: {Errno.LastMessage()}");
            if (read == 0)
                return;
            at += read;
        }
    }

    /// <summary>
    /// Faults huge pages in, and writes blocks that the file has only reserved: the first durable write of such a block
    /// would also have to commit the file system's journal.
    /// </summary>
    public bool Populate(byte* start, long bytes)
    {
        if (!MappedFile.Populate(start, bytes))
            return false;
        WriteReserved(start - Base, Math.Min(start - Base + bytes, BackedBytes));
        return true;
    }

    public void Flush(byte* start, nuint bytes) => _dirty.Note(start - Base, (long)bytes);

    // Noting orders the stores already.
    public void Drain()
    {
    }

    /// <summary>
    /// Writes what was noted before the call. Where another thread is writing some of it, waits for that: a return of 0
    /// means that the device has everything. On a failure all of it stays noted, so that a later success is a real one.
    /// </summary>
    public int Sync()
    {
        Interlocked.Increment(ref _waitingSyncs);
        lock (_device)
        {
            Interlocked.Decrement(ref _waitingSyncs);
            int count = _dirty.Take(ref _runs, DirectWriter.MaxRunBytes);
            if (count == 0)
                return 0;
            int failures = Volatile.Read(ref _failedFlushes);
            int error = FailWith != 0 ? FailWith : _writer.WriteDurably(_runs.AsSpan(0, count));
            if (error == 0 && failures != Volatile.Read(ref _failedFlushes))
                error = Errno.EIo;
            for (int i = 0; i < count && error != 0; i++)
                _dirty.Note(_runs[i].Offset, _runs[i].Bytes);
            return error;
        }
    }

    public override string ToString() => _path;

    public void Dispose()
    {
        _writer.Dispose();
        _dirty.Dispose();
        MemoryCalls.Munmap((nint)Base, (nuint)MappedBytes);
        _file.Dispose();
    }

    // One block read, or, in an empty file, one block of zeros written: what the file system refuses shows here.
    private bool Probe()
    {
        if (BackedBytes == 0)
        {
            Extend(DirtyBlocks.BlockBytes);
            int error = _writer.WriteOne(new BlockRun(0, DirtyBlocks.BlockBytes), FileCalls.WriteDataSync);
            return error is 0 || (error is Errno.EInval or Errno.EOpNotSupp ? false
                : throw new MediumException($"cannot write the pool {_path}: {Marshal.GetPInvokeErrorMessage(error)}"));
        }
        return FileCalls.Pread(_file.Descriptor, Base, DirtyBlocks.BlockBytes, 0) >= 0 || Marshal.GetLastPInvokeError() != Errno.EInval;
    }

    // A flush of the device that fails may be the one that loses what a sync wrote just before: that sync must not count.
    private int FlushDevice()
    {
        int error = _writer.SyncData();
        if (error != 0)
            Interlocked.Increment(ref _failedFlushes);
        return error;
    }

    // Only holes are written, from memory: where records came meanwhile, the newest image goes out, as Sync's would.
    // A failure leaves the blocks as they are; the sync that needs them will tell.
    private void WriteReserved(long at, long end)
    {
        bool wrote = false;
        while (at < end)
        {
            long hole = FileCalls.Lseek(_file.Descriptor, at, FileCalls.SeekHole);
            if (hole < 0 || hole >= end)
                break;
            long data = FileCalls.Lseek(_file.Descriptor, hole, FileCalls.SeekData);
            at = data < 0 || data > end ? end : data;
            long from = hole + BlockMask & ~(long)BlockMask;
            for (long to = at & ~(long)BlockMask; from < to && FailWith == 0; from += PrepareBytes)
            {
                SpinWait spin = default;
                while (Volatile.Read(ref _waitingSyncs) != 0)
                    spin.SpinOnce(sleep1Threshold: 20);
                lock (_device)
                    wrote |= _writer.WriteOne(new BlockRun(from, Math.Min(PrepareBytes, to - from)), 0) == 0;
            }
        }
        if (wrote)
            FlushDevice();
    }
}
