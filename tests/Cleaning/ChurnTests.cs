using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>A small pool lives through many times its size of writes, and loses nothing: not while cleaning, not after a restart.</summary>
[Collection("Crash")]
public sealed class ChurnTests
{
    private const long PoolBytes = 66 << 20;

    [Theory]
    [InlineData(1, "everysec", "1", "dram")]
    [InlineData(2, "everysec", "3", "dram")]
    [InlineData(3, "everysec", "1", "file")]
    [InlineData(4, "always", "1", "file")]
    [InlineData(5, "always", "2", "file")]
    public void A_pool_written_over_many_times_keeps_its_data(int seed, string fsync, string threads, string medium)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", threads == "1" ? "66mb" : "130mb", "--io-threads", threads, "--appendfsync", fsync);
        ChurnModel model = new(seed, keys: threads == "1" ? 4000 : 8000, maxValueBytes: 40_000);
        long until = 0, cleaned = 0;
        // Where commands over whole databases and the device leave segments time to die by themselves, cleaning may come late.
        for (int round = 0; round < 3 || (cleaned == 0 && threads == "1" && round < 15); round++)
        {
            using (RespClient a = server.Connect(), b = server.Connect())
            {
                for (until += (threads == "1" ? 1 : 3) * PoolBytes; model.BytesSent < until;)
                    model.Run(model.BytesSent % 2 == 0 ? a : b, 50);
                model.Check(b);
                cleaned += Info(a, "cleaner_segments");
                Assert.Equal(0, Info(a, "cleaner_segments_damaged"));
            }
            server.Restart();
            using RespClient again = server.Connect();
            model.Check(again);
        }
        Assert.True(cleaned > 0 || threads != "1", "nothing was cleaned");
    }

    [Theory]
    [InlineData("dram", "everysec")]
    [InlineData("file", "always")]
    public void Clients_at_once_keep_their_data_while_three_threads_clean(string medium, string fsync)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", "130mb", "--io-threads", "3", "--appendfsync", fsync);
        ChurnModel[] models = [.. Enumerable.Range(0, 3).Select(i => new ChurnModel(seed: 10 + i, keys: 2500, maxValueBytes: 40_000, $"client{i}:"))];
        List<Exception> wrong = [];
        Thread[] clients = [.. models.Select(model => new Thread(() =>
        {
            try
            {
                using RespClient client = server.Connect();
                while (model.BytesSent < 2 * PoolBytes)
                    model.Run(client, 50);
                model.Check(client);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or IOException)
            {
                lock (wrong)
                    wrong.Add(e);
            }
        }))];
        foreach (Thread client in clients)
            client.Start();
        foreach (Thread client in clients)
            client.Join();
        Assert.Empty(wrong);
        using (RespClient client = server.Connect())
            Assert.True(Info(client, "cleaner_segments") > 0, "nothing was cleaned");
        server.Restart();
        using RespClient again = server.Connect();
        foreach (ChurnModel model in models)
            model.Check(again);
    }

    [Fact]
    public void Deletions_of_keys_that_never_return_do_not_fill_the_pool()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "66mb");
        using RespClient client = server.Connect();
        // Cold data, older than all deletions: what tombstones wait for.
        string cold = new('c', 1000);
        for (int i = 0; i < 10_000; i += 100)
            client.Pipeline([.. Enumerable.Range(i, 100).Select(n => new[] { "SET", $"cold:{n}", cold })]);
        // A million sets and deletes: 40 MB of tombstones, were none dropped.
        for (int i = 0; i < 1_000_000; i += 1000)
        {
            List<string[]> batch = [];
            for (int n = i; n < i + 1000; n++)
            {
                batch.Add(["SET", $"session:{n}", "x"]);
                batch.Add(["DEL", $"session:{n}"]);
            }
            foreach (RespNode reply in client.Pipeline(batch))
                Assert.False(reply.IsError, reply.IsError ? client.Call("INFO", "persistence").Text : "");
        }
        Assert.Equal(10_000, client.Call("DBSIZE").Integer);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(10_000, again.Call("DBSIZE").Integer);
        Assert.Equal(cold, again.Call("GET", "cold:9999").Text);
    }

    [Fact]
    public void Expiry_changes_of_one_key_do_not_fill_the_pool()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "35mb");
        using RespClient client = server.Connect();
        client.Call("SET", "small", "s");
        client.Call("SET", "large", new string('l', 100_000));
        for (int i = 0; i < 600; i++)
        {
            List<string[]> batch = [];
            for (int n = 0; n < 500; n++)
            {
                batch.Add(["PEXPIREAT", "small", $"{4_000_000_000_000 + i}"]);
                batch.Add(["PEXPIREAT", "large", $"{4_000_000_000_000 + i}"]);
            }
            foreach (RespNode reply in client.Pipeline(batch))
                Assert.Equal(":1", reply.ToString());
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(4_000_000_000_599, again.Call("PEXPIRETIME", "small").Integer);
        Assert.Equal(4_000_000_000_599, again.Call("PEXPIRETIME", "large").Integer);
        Assert.Equal(100_000, again.Call("STRLEN", "large").Integer);
    }

    [Fact]
    public void A_pass_on_demand_gathers_what_lives()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "130mb");
        using RespClient client = server.Connect();
        string value = new('v', 10_000);
        for (int i = 0; i < 8000; i++)
            client.Call("SET", $"k{i}", value);
        for (int i = 0; i < 8000; i++)
        {
            if (i % 10 != 0)
                client.Call("DEL", $"k{i}");
        }
        Assert.Equal("+Background append only file rewriting started", client.Call("BGREWRITEAOF").ToString());
        Receive.Wire.Eventually(() => Info(client, "aof_rewrite_in_progress") == 0, "the pass ends");
        Receive.Wire.Eventually(() => Info(client, "pool_slots_used") < 12, () => $"space is given back: {client.Call("INFO", "persistence").Text}");
        for (int i = 0; i < 8000; i += 10)
            Assert.Equal(value, client.Call("GET", $"k{i}").Text);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(800, again.Call("DBSIZE").Integer);
    }

    internal static long Info(RespClient client, string field) => long.Parse(
        client.Call("INFO", "everything").Text.Split('\n').First(l => l.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim(),
        System.Globalization.CultureInfo.InvariantCulture);
}
