using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options for the limits at which OBJECT ENCODING changes its reply.</summary>
internal static class EncodingRows
{
    internal static IEnumerable<ConfigOption> Rows =>
    [
        new NumberOption("hash-max-listpack-entries", ConfigKind.Integer, 0, long.MaxValue, static o => o.HashMaxListpackEntries, static (o, v) => o.HashMaxListpackEntries = v)
        {
            Aliases = ["hash-max-ziplist-entries"],
            Unit = "fields",
            Comment = "Fields up to which a hash counts as a listpack.",
        },
        new NumberOption("hash-max-listpack-value", ConfigKind.Memory, 0, long.MaxValue, static o => o.HashMaxListpackValueBytes, static (o, v) => o.HashMaxListpackValueBytes = v)
        {
            Aliases = ["hash-max-ziplist-value"],
            Unit = "bytes",
            Comment = "Length of a field or value up to which a hash counts as a listpack.",
        },
        new NumberOption("list-max-listpack-size", ConfigKind.Integer, int.MinValue, int.MaxValue, static o => o.ListMaxListpackSize, static (o, v) => o.ListMaxListpackSize = (int)v)
        {
            Aliases = ["list-max-ziplist-size"],
            Unit = "elements, or a size class below 0",
            Comment = "Size of one list node: elements, or -1 to -5 for 4, 8, 16, 32, 64 KiB.",
        },
        Integer("list-compress-depth", 0, int.MaxValue, static o => o.ListCompressDepth, static (o, v) => o.ListCompressDepth = (int)v,
            "List nodes at either end that Redis leaves uncompressed; kept, but Pkv compresses nothing.", "nodes"),
        Integer("set-max-intset-entries", 0, long.MaxValue, static o => o.SetMaxIntsetEntries, static (o, v) => o.SetMaxIntsetEntries = v,
            "Members up to which a set of integers counts as an intset.", "members"),
        new NumberOption("zset-max-listpack-entries", ConfigKind.Integer, 0, long.MaxValue, static o => o.ZsetMaxListpackEntries, static (o, v) => o.ZsetMaxListpackEntries = v)
        {
            Aliases = ["zset-max-ziplist-entries"],
            Unit = "members",
            Comment = "Members up to which a sorted set counts as a listpack.",
        },
        new NumberOption("zset-max-listpack-value", ConfigKind.Memory, 0, long.MaxValue, static o => o.ZsetMaxListpackValueBytes, static (o, v) => o.ZsetMaxListpackValueBytes = v)
        {
            Aliases = ["zset-max-ziplist-value"],
            Unit = "bytes",
            Comment = "Length of a member up to which a sorted set counts as a listpack.",
        },
        Memory("hll-sparse-max-bytes", 0, long.MaxValue, static o => o.HllSparseMaxBytes, static (o, v) => o.HllSparseMaxBytes = v,
            "Size up to which a HyperLogLog stays sparse; values above 16000 only cost CPU."),
        Memory("stream-node-max-bytes", 0, long.MaxValue, static o => o.StreamNodeMaxBytes, static (o, v) => o.StreamNodeMaxBytes = v,
            "Size of one stream node; 0: no limit."),
        Integer("stream-node-max-entries", 0, long.MaxValue, static o => o.StreamNodeMaxEntries, static (o, v) => o.StreamNodeMaxEntries = v,
            "Entries of one stream node; 0: no limit.", "entries"),
    ];
}
