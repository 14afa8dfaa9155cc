using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options that are accepted so that Redis's files and tools work.</summary>
internal static class AcceptedRows
{
    private const string Cleaning = "; kept, but the cleaner always frees memory in the background.";

    internal static IEnumerable<ConfigOption> Rows =>
    [
        new SaveOption
        {
            Unit = "seconds changes",
            DefaultOrigin = "Pkv: takes no snapshots (Redis: 3600 1 300 100 60 10000)",
            Comment = "Snapshot schedule of Redis; checked and ignored, always shown as empty.",
        },
        Flag("lazyfree-lazy-eviction", static o => o.LazyfreeLazyEviction, static (o, v) => o.LazyfreeLazyEviction = v,
            "Free evicted values in the background" + Cleaning),
        Flag("lazyfree-lazy-expire", static o => o.LazyfreeLazyExpire, static (o, v) => o.LazyfreeLazyExpire = v,
            "Free expired values in the background" + Cleaning),
        Flag("lazyfree-lazy-server-del", static o => o.LazyfreeLazyServerDel, static (o, v) => o.LazyfreeLazyServerDel = v,
            "Free overwritten values in the background" + Cleaning),
        Flag("lazyfree-lazy-user-del", static o => o.LazyfreeLazyUserDel, static (o, v) => o.LazyfreeLazyUserDel = v,
            "DEL acts as UNLINK" + Cleaning),
        Flag("lazyfree-lazy-user-flush", static o => o.LazyfreeLazyUserFlush, static (o, v) => o.LazyfreeLazyUserFlush = v,
            "FLUSHALL and FLUSHDB act as with ASYNC" + Cleaning),
    ];
}
