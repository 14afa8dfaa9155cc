using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Rows about the pool, its medium and its durability.</summary>
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
            Comment = "Path of the pool file; relative to dir. dax needs one: a file on an fs-dax mount or a device-DAX node.",
        },
        new NumberOption("pool-size", ConfigKind.Memory, 0, long.MaxValue, static o => o.PoolSizeBytes, static (o, v) => o.PoolSizeBytes = v)
        {
            Unit = "bytes",
            DefaultOrigin = "Pkv: nobody has to size it first",
            Comment = "How far the pool may grow; 0: half of memory or of the free disk, whichever is less. When it is full, writes fail with -OOM, "
                + "or keys are evicted (maxmemory-policy). May be raised while the server runs (not on dax), up to 16 times what it was at the start.",
        },
        new ChoiceOption<MediumChoice>("medium", Media, static o => o.Medium, static (o, v) => o.Medium = v)
        {
            Mutability = ConfigMutability.Immutable,
            DefaultOrigin = "Pkv: says at the start what it found and why",
            Comment = "What the pool lives on: dax (persistent memory), dram (does not survive power loss), file (an ordinary disk).",
        },
        new ChoiceOption<AppendFsyncPolicy>("appendfsync", Fsyncs, static o => o.AppendFsync, static (o, v) => o.AppendFsync = v)
        {
            Comment = "When the file medium forces bytes to the device: always (before the reply), everysec, no (when the kernel likes). "
                + "A power loss takes nothing, about a second, or more. A killed process loses nothing in any of them. "
                + "Started with always, the pool is written past the page cache where that can be done, and always it stays until the next start.",
        },
        new FixedFlagOption("appendonly", true, "the log is the store, it cannot be turned off")
        {
            DefaultOrigin = "Pkv: every write is in the log (Redis: no)",
            Comment = "Always yes.",
        },
        Flag("prefault", static o => o.Prefault, static (o, v) => o.Prefault = v,
            "Touch the whole pool at the start: a slow start and all memory taken, then no page faults.",
            ConfigMutability.Immutable, "Pkv: a pool grows with its data"),
        new ChoiceOption<RecoveryMode>("recovery-mode", RecoveryModes, static o => o.RecoveryMode, static (o, v) => o.RecoveryMode = v)
        {
            Mutability = ConfigMutability.Immutable,
            DefaultOrigin = "Pkv: never lose data unasked",
            Comment = "On damage before the tail: strict refuses to start, salvage goes on with what is valid and loses the rest.",
        },
        Integer("dram-write-latency-ns", 0, 1_000_000, static o => o.DramWriteLatencyNs, static (o, v) => o.DramWriteLatencyNs = (int)v,
            "Extra latency of each persist on dram, to resemble a slower medium.", "nanoseconds", ConfigMutability.Immutable, "Pkv: no emulation"),
        Integer("dram-bandwidth-mbps", 0, 1_000_000, static o => o.DramBandwidthMbps, static (o, v) => o.DramBandwidthMbps = (int)v,
            "Write bandwidth of dram, to resemble a slower medium; 0: as fast as it is.", "10^6 bytes/s", ConfigMutability.Immutable, "Pkv: no emulation"),
        Flag("dram-flush", static o => o.DramFlush, static (o, v) => o.DramFlush = v,
            "Run the cache-line flushes on dram that persistent memory would need, so that their cost is paid and counted. What dram survives, a killed process, needs none.",
            ConfigMutability.Immutable, "Pkv: about 2.4 us per 64 KiB written, for nothing that dram can promise"),
        new TextOption("dir", static o => Path.GetFullPath(o.Dir), static (o, v) => o.Dir = v)
        {
            Mutability = ConfigMutability.Protected,
            AllowedText = "a directory",
            DefaultText = "the working directory",
            Check = static v => v.Length > 0 ? null : "argument must not be empty",
            Comment = "Directory that relative paths start from.",
        },
        new TextOption("dbfilename", static o => o.DbFilename, static (o, v) => o.DbFilename = v)
        {
            Mutability = ConfigMutability.Protected,
            AllowedText = "a file name",
            Check = static v => v.Contains('/') || v.Length == 0 ? "dbfilename can't be a path, just a filename" : null,
            Comment = "Name of a Redis dump file; kept for CONFIG GET, no such file is written.",
        },
    ];
}
