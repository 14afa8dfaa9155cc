using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// A pool file on an ordinary disk, mapped through the page cache. The kernel holds every store immediately, so a killed
/// process loses nothing under any appendfsync; the device has the data after <see cref="Sync"/>. After the device has
/// refused a write, <see cref="FileRescue"/> writes everything that is not known to be there, because the kernel counts
/// failed pages as clean and its next fdatasync succeeds without them.
/// </summary>
public sealed unsafe class FileMedium : IMedium
{
    private readonly MappedFile _file;
    private readonly string _path;
    private readonly DirtyBlocks _unsynced;
    private readonly Lock _device = new();
    private BlockRun[] _runs = new BlockRun[256];
    private FileRescue? _rescue;
    private volatile bool _distrusted;
    private volatile string? _noRescue;

    public FileMedium(string path, long mappedBytes)
    {
        _path = path;
        _file = new MappedFile(path, mappedBytes);
        _unsynced = new DirtyBlocks(_file.MappedBytes);
        try
        {
            _file.FillHoles();
        }
        catch
        {
            Dispose();
            throw;
        }
        // An earlier server's writes that failed after its end: only some of what the page cache shows is on the device.
        if (_file.BackedBytes > 0 && _file.SyncData() != 0)
        {
            _unsynced.Note(0, _file.BackedBytes);
            _distrusted = true;
        }
    }

    public MediumKind Kind => MediumKind.File;

    public string Promise => !_distrusted
        ? "survives a killed process; a power loss loses what appendfsync allows (page cache and fdatasync)"
        : "the device has failed: every reply waits for the device until the next start; data written earlier that is not there yet may be lost if this process dies";

    public byte* Base => _file.Base;
    public long MappedBytes => _file.MappedBytes;
    public long BackedBytes => _file.BackedBytes;
    public bool DrainIsDurable => false;

    /// <summary>The device has failed: from now on memory is private to this process.</summary>
    public bool NeedsSyncBeforeReply => _distrusted;

    public bool CanStore => _noRescue is null;

    public string State => !_distrusted ? "ok"
        : _noRescue is { } obstacle ? $"restart needed: {obstacle}"
        : _rescue is { IsProven: true } ? "written directly since a failure" : "failed";

    /// <summary>Test seam: while it is not 0, nothing is written and every sync fails with this errno.</summary>
    internal int FailWith { get; set; }

    public bool HasRoomFor(long bytes) => _file.HasRoomFor(bytes);

    public bool IsDeviceFull => _file.IsDeviceFull;

    public void Extend(long bytes) => _file.Extend(bytes);

    public bool MustPopulate => _file.IsSparse;

    public bool Populate(byte* start, long bytes) => MappedFile.Populate(start, bytes);

    // The page cache is coherent: nothing to write back before Sync, but Sync must know what a failure puts in doubt.
    public void Flush(byte* start, nuint bytes) => _unsynced.Note(start - Base, (long)bytes);

    // Noting orders the stores already.
    public void Drain()
    {
    }

    public int Sync()
    {
        lock (_device)
        {
            int count = _unsynced.Take(ref _runs, DirectWriter.MaxRunBytes);
            Span<BlockRun> runs = _runs.AsSpan(0, count);
            int error = FailWith != 0 && !_distrusted ? FailWith : _distrusted ? Rescue(runs) : _file.SyncData();
            if (error == 0)
                return 0;
            foreach (BlockRun run in runs)
                _unsynced.Note(run.Offset, run.Bytes);
            _distrusted = true;
            return error;
        }
    }

    // Waiting for one page's write asks for the error of all: sync_file_range(2), SYNC_FILE_RANGE_WAIT_BEFORE.
    public int BackgroundError()
    {
        lock (_device)
        {
            if (_distrusted || FileCalls.SyncFileRange(_file.Descriptor, 0, DirtyBlocks.BlockBytes, FileCalls.WaitBefore) == 0)
                return 0;
            int error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            // ENOSYS, EINVAL and the like tell of the call; these tell of the device.
            if (error is not (Errno.EIo or Errno.ENoSpc))
                return 0;
            _distrusted = true;
            return error;
        }
    }

    public override string ToString() => _path;

    public void Dispose()
    {
        _rescue?.Dispose();
        _unsynced.Dispose();
        _file.Dispose();
    }

    private int Rescue(ReadOnlySpan<BlockRun> runs)
    {
        if (_rescue is null && _noRescue is null)
        {
            _rescue = FileRescue.TryBegin(_file, _path, runs, out string obstacle);
            _noRescue = _rescue is null ? obstacle : null;
        }
        if (_rescue is null)
            return Errno.EIo;
        return FailWith != 0 ? FailWith : _rescue.Write(runs);
    }
}
