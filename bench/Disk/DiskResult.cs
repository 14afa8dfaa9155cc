using Pkv.Bench.Client;

namespace Pkv.Bench.Disk;

/// <summary>One measured window on a disk.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="ValueBytes">Bytes of each value.</param>
/// <param name="Connections">Clients.</param>
/// <param name="Pipeline">Requests sent together by each.</param>
/// <param name="Load">What the client saw.</param>
/// <param name="ServerCpuNs">CPU time of the server process, nanoseconds.</param>
/// <param name="Flushes">Flush requests that the device completed meanwhile, everybody's; null where they are not counted.</param>
/// <param name="Syncs">Pkv's own count of syncs; null for others.</param>
internal sealed record DiskResult(
    string Server, int ValueBytes, int Connections, int Pipeline, LoadResult Load, long ServerCpuNs, long? Flushes, long? Syncs);
