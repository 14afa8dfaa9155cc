using System.Net;
using System.Net.Sockets;
using Pkv.Figures;
using Pkv.Tests.Support;
using Pkv.Ycsb.Cli;
using Pkv.Ycsb.Core;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;
using Pkv.Ycsb.Report;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>Whole phases against servers: Pkv, and a real Redis that must see the same data.</summary>
public sealed class RunTests : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private const string Small = "recordcount=200;operationcount=1000;threadcount=3;client.seed=1;maxscanlength=20";
    private const string FirstRecord = "user6284781860667377211";
    private readonly PkvServer _pkv;
    private readonly ReferenceRedis _redis;

    public RunTests(PkvServer pkv, ReferenceRedis redis)
    {
        _pkv = pkv;
        _redis = redis;
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
    }

    public static TheoryData<string, int> Workloads()
    {
        TheoryData<string, int> rows = [];
        foreach (char name in "abcdef")
        {
            rows.Add($"workload{name}", 1);
            rows.Add($"workload{name}", 7);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Every_value_of_every_workload_is_right_with_Pkv(string name, int pipeline) => LoadAndRun(_pkv.Port, name, pipeline);

    [RedisTheory]
    [MemberData(nameof(Workloads))]
    public void Every_value_of_every_workload_is_right_with_Redis(string name, int pipeline)
    {
        _redis.Call("FLUSHALL");
        LoadAndRun(_redis.Port, name, pipeline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_record_is_a_hash_and_stands_in_the_index(int pipeline)
    {
        Run(_pkv.Port, $"{Small};dataintegrity=true;redis.pipeline={pipeline};client.loops=2", isLoad: true);
        using RespClient client = _pkv.Connect();
        Assert.Equal("201", client.Call("DBSIZE").Text);
        Assert.Equal("200", client.Call("ZCARD", "_indices").Text);
        Assert.Equal("10", client.Call("HLEN", FirstRecord).Text);
        Assert.StartsWith($"{FirstRecord}:field3:", client.Call("HGET", FirstRecord, "field3").Text);
        Assert.Equal(KeyName.IndexScore(System.Text.Encoding.ASCII.GetBytes(FirstRecord)).ToString(), client.Call("ZSCORE", "_indices", FirstRecord).Text);
    }

    [Theory]
    [InlineData("HSET user6284781860667377211 field7 wrong", 1, "UNEXPECTED_STATE")]
    [InlineData("HSET user6284781860667377211 field7 wrong", 4, "UNEXPECTED_STATE")]
    [InlineData("HDEL user6284781860667377211 field0", 1, "UNEXPECTED_STATE")]
    [InlineData("DEL user6284781860667377211", 1, "ERROR")]
    public void A_value_that_was_changed_behind_its_back_is_found(string command, int pipeline, string outcome)
    {
        Run(_pkv.Port, Small + ";dataintegrity=true", isLoad: true);
        using RespClient client = _pkv.Connect();
        client.Call(command.Split(' '));
        // In order, each record five times.
        RunResult result = Run(_pkv.Port, $"{Small};dataintegrity=true;readproportion=1;updateproportion=0;requestdistribution=sequential;redis.pipeline={pipeline}", isLoad: false);
        long[] outcomes = result.Measured.Find(MetricName.Verify)!.Outcomes;
        Assert.Equal((995L, 5L), (outcomes[(int)Outcome.Ok], outcomes.Where((_, i) => MetricTitle.Of((Outcome)i) == outcome).Sum()));
        Assert.True(result.Failures >= 5);
    }

    [Fact]
    public void A_wrong_value_is_found_by_scans_and_by_read_modify_writes()
    {
        Run(_pkv.Port, Small + ";dataintegrity=true", isLoad: true);
        using RespClient client = _pkv.Connect();
        foreach (string mix in new[] { "scanproportion=1", "readmodifywriteproportion=1;readallfields=false" })
        {
            for (int field = 0; field < 10; field++) client.Call("HSET", FirstRecord, $"field{field}", "wrong");
            RunResult result = Run(_pkv.Port, $"{Small};dataintegrity=true;readproportion=0;updateproportion=0;requestdistribution=uniform;{mix}", isLoad: false);
            Assert.True(result.Measured.Find(MetricName.Verify)!.Outcomes[(int)Outcome.UnexpectedState] > 0, mix);
        }
    }

    [Fact]
    public void A_refused_insert_is_tried_again_and_then_reported()
    {
        using RespClient client = _pkv.Connect();
        client.Call("SET", FirstRecord, "a string");
        RunResult result = Run(_pkv.Port, "recordcount=1;core_workload_insertion_retry_limit=2;core_workload_insertion_retry_interval=0", isLoad: true);
        Assert.Equal((3L, 1L), (result.Measured.Find(MetricName.Insert)!.Outcomes[(int)Outcome.Error], result.Measured.Operations));
        Assert.StartsWith("-WRONGTYPE", result.Measured.FirstError);
    }

    [Fact]
    public void Keys_in_order_and_single_fields_are_possible()
    {
        const string Ordered = Small + ";insertorder=ordered;zeropadding=6;fieldcount=2;fieldnameprefix=f;fieldlength=30;insertstart=10;insertcount=20;readallfields=false";
        Run(_pkv.Port, Ordered, isLoad: true);
        using RespClient client = _pkv.Connect();
        Assert.Equal("21", client.Call("DBSIZE").Text);
        Assert.Equal("2", client.Call("HLEN", "user000029").Text);
        Assert.Equal("30", client.Call("HSTRLEN", "user000010", "f1").Text);
        Assert.Equal(0, Run(_pkv.Port, Ordered + ";requestdistribution=uniform", isLoad: false).Failures);
    }

    [Fact]
    public void Under_a_target_latencies_count_from_when_an_operation_was_due()
    {
        Run(_pkv.Port, Small, isLoad: true);
        RunResult result = Run(_pkv.Port, Small + ";target=20000;measurement.interval=both", isLoad: false);
        Metric reads = result.Measured.Find(MetricName.Read)!;
        Assert.Equal(1000, result.Measured.Operations);
        Assert.Equal(reads.Done.Count, reads.Intended.Count);
        Assert.True(reads.Intended.SumNs >= reads.Done.SumNs, "nobody begins before it is due");
        // 1000 operations of which one is due every 50 µs, the first at once.
        Assert.True(result.RunTime >= TimeSpan.FromMicroseconds(999 * 50), $"{result.RunTime}");
    }

    [Fact]
    public void A_run_without_end_ends_when_told()
    {
        Run(_pkv.Port, Small, isLoad: true);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        PropertySet properties = PropertyTests.Properties($"{Small};operationcount=0;maxexecutiontime=1000;redis.port={_pkv.Port}");
        RunResult result = Runner(properties, isLoad: false).Run(new NoView(), stop.Token);
        Assert.Equal(result.Measured.Operations, result.Measured.Find(MetricName.Read)!.Done.Count + result.Measured.Find(MetricName.Update)!.Done.Count);
    }

    [Fact]
    public void A_silent_server_is_given_up()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        IOException e = Assert.Throws<IOException>(() => Run(((IPEndPoint)silent.LocalEndpoint).Port, Small + ";redis.timeout=50", isLoad: true));
        Assert.Contains("redis.timeout", e.Message);
    }

    [Fact]
    public void A_server_that_is_not_there_is_an_error_of_its_own()
    {
        Assert.Throws<IOException>(() => Run(FreePort.Next(), Small, isLoad: true));
        Assert.Equal(1, YcsbProgram.Run(["load", "redis", "-P", PropertyTests.WorkloadFile("workloada"), "-p", $"redis.port={FreePort.Next()}"]));
    }

    [Fact]
    public void The_server_is_asked_for_its_processor_time()
    {
        RunResult result = Run(_pkv.Port, Small + ";client.servercpu=true", isLoad: true);
        Assert.NotNull(result.ServerCpu);
        Assert.True(result.ServerCpu >= TimeSpan.Zero);
    }

    [Fact]
    public void A_password_is_given_and_a_wrong_one_is_refused()
    {
        using PkvServer server = PkvServer.InProcess("--requirepass", "secret");
        Assert.Equal(0, Run(server.Port, Small + ";redis.password=secret", isLoad: true).Failures);
        Assert.Throws<IOException>(() => Run(server.Port, Small + ";redis.password=guess", isLoad: true));
    }

    [Theory]
    [InlineData("readproportion=0.5;updateproportion=0.5;requestdistribution=zipfian", 1)]
    [InlineData("readproportion=0.5;updateproportion=0.5;requestdistribution=zipfian", 16)]
    [InlineData("readproportion=0;updateproportion=0;scanproportion=1", 4)]
    [InlineData("readproportion=0;updateproportion=0;readmodifywriteproportion=1", 16)]
    [InlineData("readproportion=0.9;updateproportion=0;insertproportion=0.1;requestdistribution=latest;target=1000000;measurement.interval=both", 16)]
    public void Operations_allocate_nothing(string mix, int pipeline)
    {
        string properties = $"{Small};{mix};redis.pipeline={pipeline};redis.port={_pkv.Port}";
        Run(_pkv.Port, properties, isLoad: true);
        AllocatedBy(properties, 500);
        // Buffers find their size in the first operations; what is over must not grow with their number.
        long few = AllocatedBy(properties, 500), many = AllocatedBy(properties, 8_000);
        // Another thread's collection may add what is left of this thread's allocation quantum, 8 KB; an object for each
        // operation would be 180 KB.
        Assert.True(many - few < 16_384, $"{few} bytes for 500 operations, {many} for 8000");
    }

    private static long AllocatedBy(string text, long operations)
    {
        PropertySet properties = PropertyTests.Properties(text);
        RedisSettings redis = new(properties);
        LoopContext context = new(new RunSettings(properties, isLoad: false), redis, new CoreWorkload(properties, operations), seed: 1);
        Pace pace = new(Clock.NowNs(), context.Settings.Target > 0 ? 1000 : 0);
        using EventLoop loop = new(context, [new Client(context, new RedisConnection(redis), pace, operations)]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        loop.Run();
        Assert.Equal(operations, context.Measurements.Operations);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void LoadAndRun(int port, string name, int pipeline)
    {
        PropertySet properties = PropertyTests.Properties($"{Small};dataintegrity=true;redis.pipeline={pipeline};redis.port={port}");
        foreach ((string key, string value) in PropertyFile.Parse(File.ReadAllText(PropertyTests.WorkloadFile(name))))
            if (!properties.Has(key)) properties.Set(key, value);
        RunResult load = Runner(properties, isLoad: true).Run(new NoView(), default);
        Assert.Equal((200L, 0L), (load.Measured.Operations, load.Failures));
        RunResult run = Runner(properties, isLoad: false).Run(new NoView(), default);
        Assert.Equal((1000L, 0L, null), (run.Measured.Operations, run.Failures, run.Measured.FirstError));
        // Each operation stands under its kind; a read-modify-write also under both of its halves.
        LatencyHistogram? Of(MetricName metric) => run.Measured.Find(metric)?.Done;
        long both = Of(MetricName.ReadModifyWrite)?.Count ?? 0;
        Assert.Equal(1000 + both, new[] { MetricName.Read, MetricName.Update, MetricName.Insert, MetricName.Scan }.Sum(m => Of(m)?.Count ?? 0));
        long verified = Of(MetricName.Verify)!.Count, scans = Of(MetricName.Scan)?.Count ?? 0;
        Assert.True(scans > 0 ? verified >= scans : verified == Of(MetricName.Read)!.Count, $"{verified} were verified");
    }

    private static RunResult Run(int port, string text, bool isLoad) =>
        Runner(PropertyTests.Properties($"{text};redis.port={port}"), isLoad).Run(new NoView(), default);

    private static Runner Runner(PropertySet properties, bool isLoad)
    {
        RunSettings settings = new(properties, isLoad);
        return new Runner(settings, new RedisSettings(properties), new CoreWorkload(properties, settings.Operations)) { TakesSamples = true };
    }
}
