using Pkv.Bench.Client;

namespace Pkv.Bench.Echo;

/// <summary>One measured window of the echo server.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Cell">What the server was told.</param>
/// <param name="Load">What the client saw.</param>
/// <param name="ServerCpuNs">CPU time of the server process with the library's threads, nanoseconds.</param>
/// <param name="Counters">What the library counted over the server's life, warm-up included; empty without it.</param>
internal sealed record EchoResult(string System, EchoCell Cell, LoadResult Load, long ServerCpuNs, IReadOnlyDictionary<string, long> Counters);
