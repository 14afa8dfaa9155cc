using System.Buffers.Binary;
using System.IO.Compression;
using HdrHistogram;
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

/// <summary>The option -hlog: what HdrHistogram's own reader finds in the log is what was measured.</summary>
public sealed class LatencyLogTests : IClassFixture<PkvServer>, IDisposable
{
    private static readonly double[] s_percentiles = [0, 25, 50, 90, 95, 99, 99.9, 100];
    private readonly string _path = Path.GetTempFileName();
    private readonly PkvServer _pkv;

    public LatencyLogTests(PkvServer pkv)
    {
        _pkv = pkv;
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
    }

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData((int)MeasuredInterval.Operation, "READ READ-FAILED INSERT VERIFY")]
    [InlineData((int)MeasuredInterval.Intended, "READ READ-FAILED INSERT VERIFY")]
    [InlineData((int)MeasuredInterval.Both, "READ READ-FAILED Intended-READ Intended-READ-FAILED INSERT Intended-INSERT VERIFY")]
    public void The_intervals_of_a_kind_add_up_to_its_histogram(int interval, string tags)
    {
        MetricName[] names = [MetricName.Read, MetricName.Insert, MetricName.Verify];
        Measurements[] loops = [new(names, (MeasuredInterval)interval), new(names, (MeasuredInterval)interval)];
        Random random = new(1);
        using (LatencyLog log = new(_path, loops))
        {
            log.Append(); // nothing yet
            for (int round = 0; round < 3; round++)
            {
                foreach (Measurements loop in loops) RecordSome(loop, random);
                log.Append();
            }
        }
        Measurements all = new(names, (MeasuredInterval)interval);
        foreach (Measurements loop in loops) all.Add(loop);
        Dictionary<string, HistogramBase> read = Read();
        Assert.Equal(tags.Split(' ').Order(), read.Keys.Order());
        bool isIntended = interval == (int)MeasuredInterval.Intended;
        foreach ((MetricName name, Metric metric) in all.All())
        {
            string title = MetricTitle.Of(name);
            AssertSame(isIntended ? metric.Intended : metric.Done, read.GetValueOrDefault(title));
            AssertSame(isIntended ? metric.IntendedFailed : metric.Failed, read.GetValueOrDefault(title + "-FAILED"));
            if (read.TryGetValue("Intended-" + title, out HistogramBase? intended)) AssertSame(metric.Intended, intended);
        }
    }

    [Fact]
    public void Each_interval_has_what_ended_in_it()
    {
        Measurements loop = new([MetricName.Update], MeasuredInterval.Operation);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        using (LatencyLog log = new(_path, [loop]))
        {
            for (int i = 1; i <= 3; i++)
            {
                for (int n = 0; n < i; n++) loop.Record(MetricName.Update, Outcome.Ok, 0, 0, i * 1_000_000L);
                log.Append();
            }
        }
        HistogramBase[] lines = [.. Lines()];
        Assert.Equal([1, 2, 3], lines.Select(l => l.TotalCount));
        Assert.All(lines, (line, i) => Assert.Equal(TopOf(line, (i + 1) * 1_000_000L), TopOf(line, line.GetMaxValue())));
        // One begins where the one before ends, to the millisecond in which the format counts.
        for (int i = 1; i < lines.Length; i++) Assert.InRange(lines[i].StartTimeStamp - lines[i - 1].EndTimeStamp, -2, 2);
        Assert.InRange(lines[0].StartTimeStamp, before.ToUnixTimeMilliseconds() - 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void The_log_is_plain_text_that_readers_in_other_languages_take()
    {
        Measurements loop = new([MetricName.Scan], MeasuredInterval.Operation);
        loop.Record(MetricName.Scan, Outcome.Ok, 0, 0, 2_500_000);
        using (LatencyLog log = new(_path, [loop])) log.Append();
        Assert.All(File.ReadAllBytes(_path), b => Assert.InRange(b, (byte)'\n', (byte)'~'));
        string[] lines = File.ReadAllLines(_path);
        Assert.Contains("#[Histogram log format version 1.3]", lines);
        Assert.Contains(lines, l => l.StartsWith("#[StartTime: ", StringComparison.Ordinal));
        // The cookie of a compressed histogram of the second encoding begins every payload.
        Assert.Matches(@"^Tag=SCAN,\d+\.\d{3},\d+\.\d{3},2\.50\d,HISTFAAA[A-Za-z0-9+/]+=*$", lines[^1]);
        // After it stands a whole stream of zlib, its checksum included: some readers refuse one that ends without.
        byte[] stream = Convert.FromBase64String(lines[^1].Split(',')[^1])[8..];
        using ZLibStream zlib = new(new MemoryStream(stream), CompressionMode.Decompress);
        using MemoryStream plain = new();
        zlib.CopyTo(plain);
        Assert.Equal(Adler32(plain.ToArray()), BinaryPrimitives.ReadUInt32BigEndian(stream.AsSpan(stream.Length - 4)));
    }

    [Theory]
    [InlineData("op", 1)]
    [InlineData("intended", 1)]
    [InlineData("both", 2)]
    public void A_run_leaves_all_its_latencies_in_the_log(string interval, int loops)
    {
        string text = $"recordcount=100;operationcount=5000;threadcount=2;client.loops={loops};measurement.interval={interval};target=1000000;redis.port={_pkv.Port}";
        PropertySet properties = PropertyTests.Properties(text);
        Run(properties, isLoad: true, path: null);
        RunResult result = Run(properties, isLoad: false, _path);
        Dictionary<string, HistogramBase> read = Read();
        Assert.Equal(interval == "both" ? 4 : 2, read.Count);
        foreach ((MetricName name, Metric metric) in result.Measured.All())
        {
            AssertSame(interval == "intended" ? metric.Intended : metric.Done, read[MetricTitle.Of(name)]);
            if (interval == "both") AssertSame(metric.Intended, read["Intended-" + MetricTitle.Of(name)]);
        }
    }

    [Theory]
    [InlineData("/dev/full")]
    [InlineData("/nowhere/at/all.hlog")]
    public void A_log_that_cannot_be_written_is_a_failure(string path)
    {
        string[] line = ["load", "redis", "-P", PropertyTests.WorkloadFile("workloada"), "-p", $"redis.port={_pkv.Port}", "-p", $"exportfile={_path}", "-hlog"];
        Assert.Equal(1, YcsbProgram.Run([.. line, path]));
        Assert.Equal(0, YcsbProgram.Run([.. line, _path]));
    }

    // From exact nanoseconds over what a network takes to minutes.
    private static void RecordSome(Measurements loop, Random random)
    {
        for (int i = 0; i < 10_000; i++)
        {
            long took = (long)Math.Pow(10, random.NextDouble() * 11), late = random.Next(1_000_000);
            loop.Record(MetricName.Read, i % 10 == 0 ? Outcome.Error : Outcome.Ok, late, 0, late + took);
            if (i % 4 == 0) loop.Record(MetricName.Insert, Outcome.Ok, late, 0, late + took / 2);
            if (i % 5 == 0) loop.Record(MetricName.Verify, Outcome.Ok, 0, 0, took);
        }
    }

    private static void AssertSame(LatencyHistogram measured, HistogramBase? read)
    {
        Assert.Equal(measured.Count, read?.TotalCount ?? 0);
        if (read == null) return;
        foreach (double percentile in s_percentiles)
        {
            // HdrHistogram rounds the rank to the nearest, the report rounds it up: the same value must stand at the same rank.
            double rank = Math.Max(1, Math.Floor(percentile / 100 * measured.Count + 0.5));
            Assert.Equal(read.GetValueAtPercentile(percentile), TopOf(read, measured.PercentileNs((rank - 0.5) / measured.Count)));
        }
        Assert.Equal(measured.Buckets().Select(b => (TopOf(read, b.UpperNs), b.Count)),
            read.RecordedValues().Select(v => (TopOf(read, v.ValueIteratedTo), v.CountAddedInThisIterationStep)));
    }

    private static uint Adler32(byte[] bytes)
    {
        uint low = 1, high = 0;
        foreach (byte b in bytes)
        {
            low = (low + b) % 65521;
            high = (high + low) % 65521;
        }
        return high << 16 | low;
    }

    // The largest value that the log's histogram does not tell apart from this one.
    private static long TopOf(HistogramBase histogram, long value) => histogram.NextNonEquivalentValue(value) - 1;

    private static RunResult Run(PropertySet properties, bool isLoad, string? path)
    {
        RunSettings settings = new(properties, isLoad);
        Runner runner = new(settings, new RedisSettings(properties), new CoreWorkload(properties, settings.Operations)) { LatencyLogPath = path };
        return runner.Run(new NoView(), default);
    }

    private Dictionary<string, HistogramBase> Read() => Lines().GroupBy(l => l.Tag).ToDictionary(g => g.Key, g =>
    {
        LongHistogram sum = new(g.Max(l => l.HighestTrackableValue), 3);
        foreach (HistogramBase line in g) sum.Add(line);
        return (HistogramBase)sum;
    });

    private List<HistogramBase> Lines()
    {
        using FileStream file = File.OpenRead(_path);
        using HistogramLogReader reader = new(file);
        return [.. reader.ReadHistograms()];
    }
}
