using Pkv.Persistence.Media;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>Chooses and opens the medium that the configuration requests; with `auto`, it reports what it found and why.</summary>
public static class MediumFactory
{
    // Addresses of keys have 43 bits.
    internal const long MaxReachBytes = 8L << 40;
    internal const int GrowthFactor = 16;
    private const int NoMemory = 12;

    /// <summary>The medium, the path of its pool, and a line that explains the choice.</summary>
    public sealed record Choice(IMedium Medium, string Path, long MaxBytes, string Reason);

    public static Choice Open(PkvOptions options)
    {
        (MediumChoice kind, string reason) = options.Medium == MediumChoice.Auto ? Detect(options) : (options.Medium, "chosen by --medium");
        string path = PoolPath.Resolve(options, kind);
        long max = options.PoolSizeBytes > 0 ? options.PoolSizeBytes : DefaultBytes(path, kind);
        try
        {
            return OpenAs(kind, path, max, options, reason);
        }
        catch (MediumException e) when (options.Medium == MediumChoice.Auto && kind == MediumChoice.Dax)
        {
            return OpenAs(MediumChoice.File, path, max, options, $"not usable as persistent memory: {e.Message}");
        }
    }

    /// <summary>
    /// The same for callers that only inspect the pool: the file is mapped privately, whatever its medium, so that nothing can
    /// change it. It must exist; a server that has it is a <see cref="MediumException"/>.
    /// </summary>
    public static Choice OpenForReading(PkvOptions options)
    {
        (MediumChoice kind, string reason) = options.Medium == MediumChoice.Auto ? Detect(options) : (options.Medium, "chosen by --medium");
        string path = PoolPath.Resolve(options, kind);
        MediumKind medium = kind switch { MediumChoice.Dax => MediumKind.Dax, MediumChoice.Dram => MediumKind.Dram, _ => MediumKind.File };
        ReadOnlyMedium opened = new(path, medium);
        return new Choice(opened, path, opened.BackedBytes, reason);
    }

    private static Choice OpenAs(MediumChoice kind, string path, long max, PkvOptions options, string reason)
    {
        if (kind == MediumChoice.Dax)
            return new Choice(new DaxMedium(path, max), path, max, reason);
        if (kind == MediumChoice.Dram && MemoryFit.Excess(path, max) is { } excess)
            reason += Unfitting(path, excess);
        // Address space costs nothing, and lets the pool be raised while it is in use.
        long reach = Math.Max(max, Math.Min(max, MaxReachBytes / GrowthFactor) * GrowthFactor);
        try
        {
            return OpenAs(kind, path, max, reach, options, reason);
        }
        catch (MediumException e) when (e.Errno == NoMemory)
        {
            // ulimit -v, or vm.overcommit_memory 2.
            return OpenAs(kind, path, max, max, options, reason);
        }
    }

    private static Choice OpenAs(MediumChoice kind, string path, long max, long reach, PkvOptions options, string reason) => kind switch
    {
        MediumChoice.Dram => new Choice(new DramMedium(path, reach, options.DramFlush, options.DramWriteLatencyNs, options.DramBandwidthMbps), path, max, reason),
        _ => OpenFile(path, max, reach, options, reason),
    };

    // A pool that is there is served all the same: what it holds can be read, and written as far as there is room.
    private static string Unfitting(string path, string excess) => File.Exists(path) ? $"; {excess}"
        : throw new MediumException($"cannot create the pool {path}: {excess}");

    // Under appendfsync always each batch goes to the device anyway: past the page cache this takes a quarter of the
    // time. Else the mapping: a store is the kernel's at once, so a killed process loses nothing though nothing waits.
    private static Choice OpenFile(string path, long max, long reach, PkvOptions options, string reason)
    {
        if (options.AppendFsync != AppendFsyncPolicy.Always)
            return new Choice(new FileMedium(path, reach), path, max, $"{reason}; mapped, because appendfsync is not always");
        DirectFileMedium? direct = DirectFileMedium.TryOpen(path, reach, out string obstacle);
        return direct is not null
            ? new Choice(direct, path, max, $"{reason}; written directly, because appendfsync is always")
            : new Choice(new FileMedium(path, reach), path, max, $"{reason}; mapped although appendfsync is always: {obstacle}");
    }

    // A pool on tmpfs is shared memory; one on a dax mount, or a device-DAX node, is persistent memory; all else is a file.
    private static (MediumChoice, string) Detect(PkvOptions options)
    {
        string path = PoolPath.Resolve(options, MediumChoice.File);
        if (path.StartsWith("/dev/dax", StringComparison.Ordinal))
            return (MediumChoice.Dax, $"{path} is a device-DAX node");
        Mount? mount = Mount.Of(path);
        if (mount is null)
            return (MediumChoice.File, "the pool's mount cannot be determined");
        if (mount.Type is "tmpfs" or "ramfs")
            return (MediumChoice.Dram, $"the pool is on {mount.Type} ({mount.Point}): shared memory");
        bool dax = mount.Options.Any(o => o is "dax" or "dax=always");
        return dax
            ? (MediumChoice.Dax, $"the pool is on {mount.Type} mounted with dax ({mount.Point})")
            : (MediumChoice.File, $"the pool is on {mount.Type} ({mount.Point}), which is not mounted with dax");
    }

    // Half of the memory or of the free disk, whichever is less.
    private static long DefaultBytes(string path, MediumChoice kind)
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is null || path.StartsWith("/dev/dax", StringComparison.Ordinal))
            return memory;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediumException($"cannot create the folder of the pool {path}: {e.Message}");
        }
        long held = File.Exists(path) ? new FileInfo(path).Length : 0;
        long disk = (new DriveInfo(directory).AvailableFreeSpace + held) / 2;
        return Math.Max(held, kind == MediumChoice.Dax ? disk : Math.Min(memory, disk));
    }
}
