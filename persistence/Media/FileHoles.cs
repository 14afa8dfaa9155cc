using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// The holes of a mapped file on a tmpfs that is too full to fill them. There, a load from a hole allocates a page, even in
/// a private mapping, and raises SIGBUS if the file system has none. Therefore zero pages of anonymous memory are mapped
/// over each hole: loads find the file's zeros and allocate nothing. Any thread.
/// </summary>
internal sealed unsafe class FileHoles
{
    private readonly Lock _lock = new();
    private readonly int _descriptor;
    private readonly byte* _base;
    private readonly List<BlockRun> _holes = [];
    private long _bytes;

    private FileHoles(int descriptor, byte* mapping)
    {
        _descriptor = descriptor;
        _base = mapping;
    }

    /// <summary>Bytes of the holes that are still there.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>
    /// Covers every hole in the first <paramref name="bytes"/> bytes of a mapped file; null when there is none.
    /// </summary>
    /// <param name="path">For the error line.</param>
    /// <param name="descriptor">The file.</param>
    /// <param name="mapping">Where the file is mapped, from its first byte.</param>
    /// <param name="bytes">The file's length.</param>
    /// <param name="isPrivate">Stores are to stay in this process: the cover may be stored to. Else a store there is a bug, and faults.</param>
    /// <exception cref="MediumException">There are more holes than the kernel lets a process map.</exception>
    public static FileHoles? Cover(string path, int descriptor, byte* mapping, long bytes, bool isPrivate)
    {
        FileHoles holes = new(descriptor, mapping);
        holes.Find(bytes);
        int protection = MemoryCalls.ProtRead | (isPrivate ? MemoryCalls.ProtWrite : 0);
        foreach (BlockRun hole in holes._holes)
        {
            nint address = MemoryCalls.Mmap((nint)(mapping + hole.Offset), (nuint)hole.Bytes, protection,
                MemoryCalls.MapPrivateAnonymous | MemoryCalls.MapNoReserve | MemoryCalls.MapFixed, -1, 0);
            if (address == MemoryCalls.MapFailed)
                throw new MediumException($"the pool {path} has {holes._holes.Count} holes, and its file system is too full to fill them: free some space, or copy the pool to a disk");
        }
        return holes._holes.Count == 0 ? null : holes;
    }

    /// <summary>Whether a file has a hole before its end.</summary>
    public static bool Exist(int descriptor, long bytes) =>
        bytes > 0 && FileCalls.Lseek(descriptor, 0, FileCalls.SeekHole) is >= 0 and var hole && hole < bytes;

    /// <summary>
    /// Gives blocks to the holes within a range and maps the file there again, so that it can be stored to. False: there is no
    /// room yet, and nothing in the range may be stored to.
    /// </summary>
    public bool TryFill(long start, long bytes)
    {
        lock (_lock)
        {
            for (int i = _holes.Count - 1; i >= 0; i--)
            {
                BlockRun hole = _holes[i];
                if (hole.Offset >= start + bytes || hole.Offset + hole.Bytes <= start)
                    continue;
                long from = Math.Max(hole.Offset, start), to = Math.Min(hole.Offset + hole.Bytes, start + bytes);
                if (!TryFill(new BlockRun(from, to - from)))
                    return false;
                _holes.RemoveAt(i);
                if (from > hole.Offset)
                    _holes.Add(new BlockRun(hole.Offset, from - hole.Offset));
                if (to < hole.Offset + hole.Bytes)
                    _holes.Add(new BlockRun(to, hole.Offset + hole.Bytes - to));
                Volatile.Write(ref _bytes, _bytes - (to - from));
            }
            return true;
        }
    }

    // A failed fallocate of tmpfs takes all the room there is and gives it back: milliseconds, for an answer that statfs has.
    private bool TryFill(BlockRun part)
    {
        if (FileSystemRoom.Of(_descriptor) is { } room && room.FreeBytes < part.Bytes)
            return false;
        if (FileCalls.Fallocate(_descriptor, 0, part.Offset, part.Bytes) != 0)
            return false;
        nint address = MemoryCalls.Mmap((nint)(_base + part.Offset), (nuint)part.Bytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite,
            MemoryCalls.MapShared | MemoryCalls.MapNoReserve | MemoryCalls.MapFixed, _descriptor, part.Offset);
        return address != MemoryCalls.MapFailed;
    }

    private void Find(long bytes)
    {
        long page = Environment.SystemPageSize;
        for (long at = 0; at < bytes;)
        {
            long hole = FileCalls.Lseek(_descriptor, at, FileCalls.SeekHole);
            if (hole < 0 || hole >= bytes)
                break;
            long data = FileCalls.Lseek(_descriptor, hole, FileCalls.SeekData);
            at = data < 0 ? bytes : Math.Min(data, bytes);
            // The page that the hole's first byte shares with data is there, and so is the one with its last.
            long from = (hole + page - 1) / page * page, to = data < 0 ? (bytes + page - 1) / page * page : at / page * page;
            if (to <= from)
                continue;
            _holes.Add(new BlockRun(from, to - from));
            _bytes += to - from;
        }
    }
}
