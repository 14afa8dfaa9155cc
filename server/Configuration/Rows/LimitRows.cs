using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options that limit the resources of a client.</summary>
internal static class LimitRows
{
    internal static IEnumerable<ConfigOption> Rows =>
    [
        Memory("proto-max-bulk-len", 1L << 20, long.MaxValue, static o => o.ProtoMaxBulkLenBytes, static (o, v) => o.ProtoMaxBulkLenBytes = v,
            "The longest string a client may send; longer ones are a protocol error. A client that sends this much makes the server hold it in memory."),
        Memory("client-query-buffer-limit", 1L << 20, long.MaxValue, static o => o.ClientQueryBufferLimitBytes, static (o, v) => o.ClientQueryBufferLimitBytes = v,
            "Maximum number of bytes received from a client and not yet executed; beyond it the client is disconnected."),
        new OutputBufferLimitOption
        {
            Unit = "bytes bytes seconds",
            Comment = "Unsent reply bytes at which a client is disconnected: immediately (hard), or after this many seconds (soft); 0: no limit. "
                + "Without a limit, a client that does not read can hold memory and pin segments of the pool.",
        },
    ];
}
