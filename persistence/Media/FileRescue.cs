using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// What the mapping engine does after its device has refused a write. Linux then treats the pages as clean: the next
/// fdatasync succeeds without them, they may be dropped and read back old, and on ext4 even storing to them again can
/// succeed without data (a block that was only reserved stays so). Therefore the mapping is made private, data in doubt is
/// copied into memory of this process by touching it, written past the page cache, read back and compared. From then on
/// this works like the direct engine: no reply before <see cref="Write"/>. One caller at a time.
/// </summary>
internal sealed unsafe class FileRescue : IDisposable
{
    // Around a noted block lie bytes that are received but not noted yet: a slot, usually, is touched as a whole.
    private const long NeighbourhoodBytes = 4 << 20;

    private readonly MappedFile _file;
    private readonly DirectWriter _writer;
    private readonly byte* _copy;
    private readonly byte* _readBack;

    private FileRescue(MappedFile file)
    {
        _file = file;
        _writer = new DirectWriter(file.Descriptor, file.Base, useRing: false);
        _copy = (byte*)NativeMemory.AlignedAlloc(DirectWriter.MaxRunBytes, DirtyBlocks.BlockBytes);
        _readBack = (byte*)NativeMemory.AlignedAlloc(DirectWriter.MaxRunBytes, DirtyBlocks.BlockBytes);
    }

    /// <summary>All that was in doubt has been read back from the device; what is written now needs no proof.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Leaves the page cache. Null, with the reason, where the file system does not take direct writes.</summary>
    public static FileRescue? TryBegin(MappedFile file, string path, ReadOnlySpan<BlockRun> doubtful, out string obstacle)
    {
        obstacle = DirectSupport.ObstacleOf(path) ?? "";
        if (obstacle.Length > 0)
            return null;
        if (FileCalls.Fcntl(file.Descriptor, FileCalls.SetStatusFlags, FileCalls.ODirect) != 0)
        {
            obstacle = "the file system refuses O_DIRECT";
            return null;
        }
        if (!file.TryMakePrivate())
        {
            obstacle = $"the mapping cannot be made private: {Errno.LastMessage()}";
            return null;
        }
        long touched = 0;
        foreach (BlockRun run in doubtful)
        {
            long start = Math.Max(touched, run.Offset & ~(NeighbourhoodBytes - 1));
            touched = Math.Min(run.Offset + run.Bytes + NeighbourhoodBytes - 1 & ~(NeighbourhoodBytes - 1), file.BackedBytes);
            Own(file.Base, start, touched);
        }
        return new FileRescue(file);
    }

    /// <summary>Writes runs onto the device. Returns 0 or errno; after a failure the next call proves what it writes.</summary>
    public int Write(ReadOnlySpan<BlockRun> runs)
    {
        // A page still seen through the cache would be dropped by the very write that reads it.
        foreach (BlockRun run in runs)
            Own(_file.Base, run.Offset, run.Offset + run.Bytes);
        int error = IsProven && runs.Length > 0 ? _writer.WriteDurably(runs) : IsProven ? 0 : Prove(runs);
        IsProven = error == 0;
        return error;
    }

    public void Dispose()
    {
        _writer.Dispose();
        NativeMemory.AlignedFree(_copy);
        NativeMemory.AlignedFree(_readBack);
    }

    private int Prove(ReadOnlySpan<BlockRun> runs)
    {
        // Old images leave the page cache, written or not, so that none of them can follow a newer one to the device.
        _writer.SyncData();
        foreach (BlockRun run in runs)
        {
            FileCalls.Fadvise(_file.Descriptor, run.Offset, run.Bytes, FileCalls.AdviseDontNeed);
            int error = WriteAndReadBack(run);
            if (error != 0)
                return error;
        }
        return _writer.SyncData();
    }

    // From a copy: memory may change meanwhile, and the comparison must be with what was written.
    private int WriteAndReadBack(BlockRun run)
    {
        Buffer.MemoryCopy(_file.Base + run.Offset, _copy, DirectWriter.MaxRunBytes, run.Bytes);
        if (DirectWriter.WriteFrom(_file.Descriptor, _copy, run, FileCalls.WriteDataSync) is var error and not 0)
            return error;
        for (long done = 0; done < run.Bytes;)
        {
            nint read = FileCalls.Pread(_file.Descriptor, _readBack + done, (nuint)(run.Bytes - done), run.Offset + done);
            if (read == 0)
                return Errno.EIo;
            if (read < 0 && Marshal.GetLastPInvokeError() is var readError and not Errno.EIntr)
                return readError;
            done += Math.Max(0, read);
        }
        bool same = new ReadOnlySpan<byte>(_copy, (int)run.Bytes).SequenceEqual(new ReadOnlySpan<byte>(_readBack, (int)run.Bytes));
        return same ? 0 : Errno.EIo;
    }

    // A store that changes nothing makes a private page this process's own. A locked one, so that no other store is undone.
    private static void Own(byte* memory, long start, long end)
    {
        for (long at = start & ~(long)(DirtyBlocks.BlockBytes - 1); at < end; at += DirtyBlocks.BlockBytes)
            Interlocked.Or(ref *(int*)(memory + at), 0);
    }
}
