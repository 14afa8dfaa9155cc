using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options for the pool, its medium and its durability.</summary>
internal static class PoolRows
{
    internal static readonly (string Word, MediumChoice Value)[] Media =
        [("auto", MediumChoice.Auto), ("dax", MediumChoice.Dax), ("dram", MediumChoice.Dram), ("file", MediumChoice.File)];

    private static readonly (string Word, AppendFsyncPolicy Value)[] Fsyncs =
        [("everysec", AppendFsyncPolicy.EverySecond), ("always", AppendFsyncPolicy.Always), ("no", AppendFsyncPolicy.No)];

    private static readonly (string Word, RecoveryMode Value)[] RecoveryModes =
        [("strict", RecoveryMode.Strict), ("salvage", RecoveryMode.Salvage)];

    internal static IEnumerable<ConfigOption> Rows =>
    [
        new TextOption("pool", static o => o.Pool, static (o, v) => o.Pool = v)
        {
            Mutability = ConfigMutability.Immutable,
            AllowedText = "a path",
            DefaultText = $"{PoolPath.FileDefault} (file), /dev/shm/pkv-PORT.pool (dram)",
            DefaultOrigin = "Pkv: works without preparation",
            Comment = "Path of the pool file, relative to dir. Required for dax: a file on an fs-dax mount or a device-DAX node.",
        },
        new NumberOption("pool-size", ConfigKind.Memory, 0, long.MaxValue, static o => o.PoolSizeBytes, static (o, v) => o.PoolSizeBytes = v)
        {
            Unit = "bytes",
            DefaultOrigin = "Pkv: works without sizing it first",
            Comment = "Maximum size of the pool; 0: half of the memory or of the free disk space, whichever is less. When it is full, writes fail with -OOM, "
                + "or keys are evicted (maxmemory-policy). Can be raised at runtime (not on dax), up to a multiple of its value at startup.",
        },
        new ChoiceOption<MediumChoice>("medium", Media, static o => o.Medium, static (o, v) => o.Medium = v)
        {
            Mutability = ConfigMutability.Immutable,
            DefaultOrigin = "Pkv: startup logs what it chose and why",
            Comment = "Medium of the pool: dax (persistent memory), dram (does not survive power loss), file (an ordinary disk).",
        },
        new ChoiceOption<AppendFsyncPolicy>("appendfsync", Fsyncs, static o => o.AppendFsync, static (o, v) => o.AppendFsync = v)
        {
            Comment = "When the file medium syncs to the device: always (before the reply), everysec, no (the kernel decides). "
                + "A power loss loses nothing, about a second, or more. A killed process never loses anything. "
                + "A server started with always writes past the page cache where possible and keeps always until the next start.",
        },
        new FixedFlagOption("appendonly", true, "the log is the store, it cannot be turned off")
        {
            DefaultOrigin = "Pkv: every write is in the log (Redis: no)",
            Comment = "Always yes.",
        },
        Flag("prefault", static o => o.Prefault, static (o, v) => o.Prefault = v,
            "Touch the whole pool at startup: startup is slow and takes all the memory, but there are no page faults later.",
            ConfigMutability.Immutable, "Pkv: a pool grows with its data"),
        new ChoiceOption<RecoveryMode>("recovery-mode", RecoveryModes, static o => o.RecoveryMode, static (o, v) => o.RecoveryMode = v)
        {
            Mutability = ConfigMutability.Immutable,
            DefaultOrigin = "Pkv: never lose data without being told to",
            Comment = "On damage before the tail: strict refuses to start; salvage continues with the valid data and loses the rest.",
        },
        Integer("dram-write-latency-ns", 0, 1_000_000, static o => o.DramWriteLatencyNs, static (o, v) => o.DramWriteLatencyNs = (int)v,
            "Extra latency of each persist on dram, to emulate a slower medium.", "nanoseconds", ConfigMutability.Immutable, "Pkv: no emulation"),
        Integer("dram-bandwidth-mbps", 0, 1_000_000, static o => o.DramBandwidthMbps, static (o, v) => o.DramBandwidthMbps = (int)v,
            "Write bandwidth of dram, to emulate a slower medium; 0: not limited.", "10^6 bytes/s", ConfigMutability.Immutable, "Pkv: no emulation"),
        Flag("dram-flush", static o => o.DramFlush, static (o, v) => o.DramFlush = v,
            "Flush cache lines on dram as on persistent memory, so that measurements include the cost. Surviving a killed process, all that dram guarantees, needs no flushes.",
            ConfigMutability.Immutable, "Pkv: costs about 2.4 us per 64 KiB written and gains nothing on dram"),
        new TextOption("dir", static o => Path.GetFullPath(o.Dir), static (o, v) => o.Dir = v)
        {
            Mutability = ConfigMutability.Protected,
            AllowedText = "a directory",
            DefaultText = "the working directory",
            Check = static v => v.Length > 0 ? null : "argument must not be empty",
            Comment = "Base directory of relative paths.",
        },
        new TextOption("dbfilename", static o => o.DbFilename, static (o, v) => o.DbFilename = v)
        {
            Mutability = ConfigMutability.Protected,
            AllowedText = "a file name",
            Check = static v => v.Contains('/') || v.Length == 0 ? "dbfilename can't be a path, just a filename" : null,
            Comment = "Name of Redis's dump file; kept for CONFIG GET. Pkv writes no such file.",
        },
    ];
}
