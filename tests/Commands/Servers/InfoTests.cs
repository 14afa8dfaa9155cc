using System.Globalization;
using Pkv.Server.Administration.Servers.Info;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Servers;

/// <summary>INFO: sections as asked for, fields that can be parsed and that count what happened.</summary>
public sealed class InfoTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2");

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("", "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace")]
    [InlineData("default", "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace")]
    [InlineData("all", "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace")]
    [InlineData("everything", "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace")]
    [InlineData("keyspace SERVER nosuch", "Server Keyspace")]
    [InlineData("default commandstats", "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Cluster Keyspace")]
    [InlineData("nosuch", "")]
    public void Sections_come_as_asked_for(string asked, string expected)
    {
        using RespClient client = _server.Connect();
        string text = client.Call(["INFO", .. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Text;
        Assert.Equal(expected, string.Join(' ', text.Split("\r\n").Where(l => l.StartsWith('#')).Select(l => l[2..])));
    }

    [Fact]
    public void A_full_collection_of_the_managed_heap_is_counted_with_its_pause()
    {
        using RespClient client = _server.Connect();
        long before = Field("managed_full_collections");
        GC.Collect();
        Assert.True(Field("managed_full_collections") > before);
        long longest = Field("managed_full_pause_us_max");
        Assert.InRange(longest, 1, Field("managed_pause_us"));

        long Field(string name) => long.Parse(
            client.Call("INFO", "memory").Text.Split("\r\n").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..],
            CultureInfo.InvariantCulture);
    }

    [RedisFact]
    public void The_default_sections_are_those_of_redis()
    {
        using ReferenceRedis redis = new();
        using RespClient theirs = redis.Connect(), ours = _server.Connect();
        foreach (string asked in (string[])["default", "all", "everything"])
            Assert.Equal(Headings(theirs.Call("INFO", asked).Text), Headings(ours.Call("INFO", asked).Text));

        static string Headings(string text) => string.Join(' ', text.Split("\r\n").Where(l => l.StartsWith('#')));
    }

    [Fact]
    public void Every_line_is_a_field_or_a_heading_and_no_field_comes_twice()
    {
        using RespClient client = _server.Connect();
        client.Call("SET", "k", "v");
        client.Call("NOSUCH");
        HashSet<string> seen = [];
        foreach (string line in client.Call("INFO", "everything").Text.Split("\r\n"))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            Assert.Contains(':', line);
            Assert.True(seen.Add(line.Split(':')[0]), line);
        }
        Assert.Contains("pkv_version", seen);
        Assert.Contains("index_bytes_per_key", seen);
    }

    [Fact]
    public void Counters_count()
    {
        using RespClient client = _server.Connect();
        for (int i = 0; i < 10; i++)
            client.Call("SET", $"k{i}", new string('x', 1000));
        client.Call("GET", "k1");
        client.Call("GET", "nosuch");
        client.Call("EXPIRE", "k1", "100");
        client.Call("SELECT", "x");
        client.Call("AUTH", "a", "b");
        client.Call("GET");
        Dictionary<string, string> info = Fields(client, "everything");
        Assert.Equal("dram", info["pkv_medium"]);
        Assert.Contains("survives a killed process", info["pkv_medium_promise"], StringComparison.Ordinal);
        Assert.Equal("1", info["keyspace_hits"]);
        Assert.Equal("1", info["keyspace_misses"]);
        Assert.StartsWith("keys=10,expires=1", info["db0"], StringComparison.Ordinal);
        Assert.Equal("count=2", info["errorstat_ERR"]);
        Assert.Equal("count=1", info["errorstat_WRONGPASS"]);
        Assert.Equal("3", info["total_error_replies"]);
        Assert.Contains("calls=2,", info["cmdstat_get"], StringComparison.Ordinal);
        Assert.Contains("rejected_calls=1,failed_calls=0", info["cmdstat_get"], StringComparison.Ordinal);
        Assert.Contains("failed_calls=1", info["cmdstat_select"], StringComparison.Ordinal);
        Assert.StartsWith("p50=", info["latency_percentiles_usec_get"], StringComparison.Ordinal);
        long received = Number(info, "orp_bytes_received"), retained = Number(info, "orp_bytes_retained"), rewound = Number(info, "orp_bytes_rewound");
        Assert.True(retained >= 10_000, $"retained {retained}");
        Assert.True(received >= retained && rewound > 0);
        Assert.Equal(11, Number(info, "log_batches"));
        Assert.True(Number(info, "log_bytes_committed") > 10_000);
        Assert.Equal(Number(info, "pool_bytes_max"), Number(info, "pool_bytes_used") + Number(info, "pool_bytes_free"));
        Assert.True(double.Parse(info["index_bytes_per_key"], CultureInfo.InvariantCulture) > 0);
        Assert.Equal("+OK", client.Call("CONFIG", "RESETSTAT").ToString());
        info = Fields(client, "everything");
        Assert.Equal("0", info["keyspace_hits"]);
        Assert.Equal("0", info["total_error_replies"]);
        Assert.DoesNotContain("cmdstat_get", info.Keys);
        Assert.DoesNotContain("errorstat_ERR", info.Keys);
    }

    [Fact]
    public void The_documented_fields_are_those_of_a_reply_in_its_order()
    {
        _server.Restart();
        using RespClient client = _server.Connect();
        client.Call("SET", "k", "v");
        client.Call("NOSUCH");
        List<(string Section, string Name)> sent = [];
        string section = "";
        foreach (string line in client.Call("INFO", "everything").Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
                section = line[2..];
            else if (!sent.Contains((section, Pattern(section, line.Split(':')[0]))))
                sent.Add((section, Pattern(section, line.Split(':')[0])));
        }
        Assert.Equal(InfoFields.All.SelectMany(f => f.Names.Split(' ').Select(n => (f.Section, n))), sent);

        // Names that contain a command, a code or a number stand once in the documentation.
        static string Pattern(string section, string name) => section switch
        {
            "Commandstats" => "cmdstat_COMMAND",
            "Errorstats" => "errorstat_CODE",
            "Latencystats" => "latency_percentiles_usec_COMMAND",
            "Keyspace" => "dbN",
            _ => name,
        };
    }

    [Fact]
    public void A_restart_tells_what_was_recovered()
    {
        using (RespClient client = _server.Connect())
        {
            Assert.DoesNotContain("recovery_keys", Fields(client, "persistence").Keys);
            client.Pipeline([.. Enumerable.Range(0, 100).Select(i => new[] { "SET", $"k{i % 50}", "v" })]);
        }
        _server.Restart();
        using RespClient again = _server.Connect();
        Dictionary<string, string> info = Fields(again, "persistence");
        Assert.Equal("50", info["recovery_keys"]);
        // Of no RDB file.
        Assert.Equal("0", info["rdb_last_load_keys_loaded"]);
        Assert.Equal("100", info["recovery_commands"]);
        Assert.Equal("0", info["recovery_torn_entries"]);
    }

    private static Dictionary<string, string> Fields(RespClient client, string section) =>
        client.Call("INFO", section).Text.Split("\r\n").Where(l => l.Contains(':')).ToDictionary(l => l.Split(':')[0], l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static long Number(Dictionary<string, string> info, string field) => long.Parse(info[field], CultureInfo.InvariantCulture);
}
