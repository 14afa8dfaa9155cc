using Pkv.Bench.Client;
using Pkv.Bench.Disk;
using Pkv.Bench.Servers;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The disk verb's report and what it reads of the machine.</summary>
public sealed class DiskBenchTests
{
    [Fact]
    public void Ratios_are_to_redis_with_the_same_policy()
    {
        DiskOptions options = new()
        {
            Directory = AppContext.BaseDirectory, Sizes = [128], Connections = [8], Pipelines = [1], Rounds = 1,
            Window = TimeSpan.FromSeconds(1), VolumeBytes = 1 << 20, PoolSize = "1g",
        };
        ServerSpec[] servers = [Spec("redis-always"), Spec("pkv-always"), Spec("pkv-always-ready"), Spec("pkv-everysec")];
        DiskResult[] results =
        [
            Result("redis-always", operations: 1000, cpuNs: 4_000_000, flushes: 500, syncs: null),
            Result("pkv-always", operations: 3000, cpuNs: 3_000_000, flushes: 1000, syncs: 500),
            Result("pkv-always-ready", operations: 4000, cpuNs: 4_000_000, flushes: 1000, syncs: 500),
            Result("pkv-everysec", operations: 9000, cpuNs: 9_000_000, flushes: 0, syncs: 0),
        ];
        string text = DiskReport.Markdown(options, servers, results);
        Assert.Contains("| 128 B | 8 | redis-always | 1.0k |  | 50.0 | 99.0 | 100 | **4.00** |  | 2.0 | – |", text);
        Assert.Contains("| 128 B | 8 | pkv-always | 3.0k | 3.00× | 50.0 | 99.0 | 100 | **1.00** | 0.25× | 3.0 | 6.0 |", text);
        Assert.Contains("| pkv-always-ready | 4.0k | 4.00× |", text);
        Assert.Contains("| 128 B | 8 | pkv-everysec | 9.0k |  |", text);
    }

    [Fact]
    public void Tmpfs_is_known_from_a_disk()
    {
        if (Directory.Exists("/dev/shm"))
            Assert.Equal("tmpfs", DeviceFlushes.TypeOf("/dev/shm"));
        Assert.NotNull(DeviceFlushes.TypeOf("/"));
    }

    private static ServerSpec Spec(string name) => new(name, name, null, _ => [], "--flags", () => "1");

    private static DiskResult Result(string server, long operations, long cpuNs, long flushes, long? syncs) =>
        new(server, 128, 8, 1, new LoadResult(operations, 1_000_000_000, 50_000, 99_000, 100_000), cpuNs, flushes, syncs);
}
