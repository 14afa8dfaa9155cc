using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Echo;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The report of the verb zio-redis, and the server that it starts.</summary>
public sealed class ZioRedisReportTests
{
    [Fact]
    public void Small_values_must_not_pay_and_large_sets_must_gain()
    {
        BenchOptions options = new() { Verbs = [Verb.Set, Verb.Get], Sizes = [64, 65536], Pipelines = [1], Rounds = 1 };
        RunResult[] results =
        [
            Result(Verb.Set, 64, "redis-aof", cpuUs: 10), Result(Verb.Set, 64, ServerCatalog.RedisUnderZioName, cpuUs: 10.1),
            Result(Verb.Get, 64, "redis-aof", cpuUs: 10), Result(Verb.Get, 64, ServerCatalog.RedisUnderZioName, cpuUs: 10.3),
            Result(Verb.Set, 65536, "redis-aof", cpuUs: 90), Result(Verb.Set, 65536, ServerCatalog.RedisUnderZioName, cpuUs: 60),
            Result(Verb.Get, 65536, "redis-aof", cpuUs: 60), Result(Verb.Get, 65536, ServerCatalog.RedisUnderZioName, cpuUs: 90),
        ];
        // What the machine adds to a window is not held against the library.
        results = [.. results, Result(Verb.Set, 64, "redis-aof", cpuUs: 11), Result(Verb.Set, 64, ServerCatalog.RedisUnderZioName, cpuUs: 14)];
        string text = ZioRedisReport.Markdown(options, [], new CellTable(results));
        Assert.Contains("| SET | 64 B | 1 | 10.5 | 12.1 | 0.87× | 10.0 | 10.1 | 0.99× | 10k | 10k | 1.00× | CPU within 2 % | yes |", text);
        Assert.Contains("| GET | 64 B | 1 | 10.0 | 10.3 | 0.97× | 10.0 | 10.3 | 0.97× | 10k | 10k | 1.00× | CPU within 2 % | **no** |", text);
        Assert.Contains("| SET | 64 KiB | 1 | 90.0 | 60.0 | 1.50× | 90.0 | 60.0 | 1.50× | 10k | 10k | 1.00× | faster | yes |", text);
        Assert.Contains("| GET | 64 KiB | 1 | 60.0 | 90.0 | 0.67× | 60.0 | 90.0 | 0.67× | 10k | 10k | 1.00× |  |  |", text);
    }

    [Fact]
    public void The_server_under_libzio_is_the_plain_one_with_a_variable_more()
    {
        ServerCatalog catalog = new(null, ServerCatalog.LimitReceiveBytesDefault);
        ServerSpec plain = catalog.ByName("redis-aof"), zio = catalog.ByName(ServerCatalog.RedisUnderZioName);
        ServerStart start = new(1, "folder", 64, "1g");
        Assert.Equal(plain.Arguments(start), zio.Arguments(start));
        Assert.Empty(plain.Environment);
        // So it is described also where the library was never built; it cannot be started there.
        Assert.EndsWith("libzio.so", zio.Environment["LD_PRELOAD"]);
        Assert.Equal(ServerCatalog.ZioLibrary is null ? null : plain.Command, zio.Command);
        Assert.DoesNotContain(ServerCatalog.RedisUnderZioName, new BenchOptions { Verbs = [] }.Servers);
    }

    [Fact]
    public void Where_others_disturbed_a_window_no_verdict_is_given()
    {
        BenchOptions options = new() { Verbs = [Verb.Set], Sizes = [64, 4096], Pipelines = [1], Rounds = 1 };
        Disturbance busy = new(OthersMs: 400, StolenMs: 0, CoreMs: 2000);
        RunResult[] results =
        [
            Result(Verb.Set, 64, "redis-aof", cpuUs: 10), Result(Verb.Set, 64, ServerCatalog.RedisUnderZioName, cpuUs: 20) with { Disturbance = busy },
            Result(Verb.Set, 4096, "redis-aof", cpuUs: 10), Result(Verb.Set, 4096, ServerCatalog.RedisUnderZioName, cpuUs: 20),
        ];
        string text = ZioRedisReport.Markdown(options, [], new CellTable(results));
        Assert.Contains("| CPU within 2 % | *unusable: busy* |", text);
        Assert.Single(text.Split("**no**").Skip(1));
    }

    private static RunResult Result(Verb verb, int size, string server, double cpuUs) =>
        new(new CellKey(verb.Name(), size, 1, server), new LoadResult(10_000, 1_000_000_000, 1, 1, 1), (long)(cpuUs * 1000 * 10_000), null);
}
