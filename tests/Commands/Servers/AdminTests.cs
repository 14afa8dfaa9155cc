using Pkv.Server.Configuration;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Servers;

/// <summary>Commands for operators: their effect on a running server.</summary>
public sealed class AdminTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2", "--enable-debug-command", "local");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void The_slow_log_keeps_what_was_slow()
    {
        using RespClient client = _server.Connect();
        client.Call("CLIENT", "SETNAME", "me");
        client.Call("CONFIG", "SET", "slowlog-log-slower-than", "0");
        client.Call("SET", "k", new string('x', 200));
        client.Call(["DEL", .. Enumerable.Range(0, 40).Select(i => $"k{i}")]);
        client.Call("CONFIG", "SET", "slowlog-log-slower-than", "-1");
        IReadOnlyList<RespNode> entries = client.Call("SLOWLOG", "GET", "-1").Items;
        RespNode set = entries.Single(e => e.Items[3].Items[0].Text == "SET"), del = entries.Single(e => e.Items[3].Items[0].Text == "DEL");
        Assert.Equal(new string('x', 128) + "... (72 more bytes)", set.Items[3].Items[2].Text);
        Assert.Equal(32, del.Items[3].Items.Count);
        Assert.Equal("... (10 more arguments)", del.Items[3].Items[31].Text);
        Assert.Equal("me", set.Items[5].Text);
        Assert.True(set.Items[2].Integer >= 0 && del.Items[0].Integer > set.Items[0].Integer);
        Assert.Equal(entries.Count, client.Call("SLOWLOG", "LEN").Integer);
        Assert.Single(client.Call("SLOWLOG", "GET", "1").Items);
        client.Call("SLOWLOG", "RESET");
        Assert.Equal(0, client.Call("SLOWLOG", "LEN").Integer);
    }

    [Fact]
    public void The_latency_monitor_keeps_what_took_long()
    {
        using RespClient client = _server.Connect();
        Assert.Equal("+OK", client.Call("DEBUG", "SLEEP", "0.4").ToString());
        Assert.Empty(client.Call("LATENCY", "LATEST").Items);
        // High enough that no pause of the machine is taken for a slow command.
        client.Call("CONFIG", "SET", "latency-monitor-threshold", "300");
        client.Call("DEBUG", "SLEEP", "0.4");
        RespNode latest = client.Call("LATENCY", "LATEST").Items.Single(e => e.Items[0].Text == "command");
        Assert.True(latest.Items[2].Integer >= 300);
        Assert.True(latest.Items[3].Integer >= 300);
        Assert.Equal(latest.Items[2].Integer, client.Call("LATENCY", "HISTORY", "command").Items[^1].Items[1].Integer);
        Assert.Contains("command - high", client.Call("LATENCY", "GRAPH", "command").Text, StringComparison.Ordinal);
        Assert.Contains("command: 1 slow second", client.Call("LATENCY", "DOCTOR").Text, StringComparison.Ordinal);
        RespNode histogram = client.Call("LATENCY", "HISTOGRAM", "debug", "nosuch");
        Assert.Equal("debug", histogram.Items[0].Text);
        Assert.Equal(2, histogram.Items[1]["calls"]!.Integer);
        Assert.Equal(2, histogram.Items[1]["histogram_usec"]!.Items[^1].Integer);
        Assert.True(client.Call("LATENCY", "RESET").Integer >= 1);
        Assert.Empty(client.Call("LATENCY", "LATEST").Items);
    }

    [Fact]
    public void Config_set_reaches_running_parts()
    {
        using RespClient client = _server.Connect();
        client.Call("CONFIG", "SET", "send-gather-threshold", "1234");
        Assert.All(_server.Host.State.Threads, t => Assert.Equal(1234, t.Reply.GatherThreshold));
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "maxclients", "1").ToString());
        using (RespClient refused = _server.Connect())
            Assert.Equal("-ERR max number of clients reached", refused.Read().ToString());
        Assert.Contains("rejected_connections:1\r\n", client.Call("INFO", "stats").Text, StringComparison.Ordinal);
        RespNode tooMany = client.Call("CONFIG", "SET", "maxclients", "4000000000");
        Assert.Contains("The operating system is not able to handle the specified number of clients, try with ", tooMany.Text, StringComparison.Ordinal);
        Assert.Equal("1", client.Call("CONFIG", "GET", "maxclients")["maxclients"]!.Text);
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "maxclients", "100").ToString());
        using RespClient welcome = _server.Connect();
        Assert.Equal("+PONG", welcome.Call("PING").ToString());
    }

    [Fact]
    public void A_new_password_leaves_sessions_as_they_are()
    {
        using RespClient old = _server.Connect();
        Assert.Equal("+OK", old.Call("CONFIG", "SET", "requirepass", "pw").ToString());
        Assert.Equal("+PONG", old.Call("PING").ToString());
        using RespClient young = _server.Connect();
        Assert.Equal("-NOAUTH Authentication required.", young.Call("PING").ToString());
        Assert.Equal("+OK", young.Call("AUTH", "pw").ToString());
        old.Call("CONFIG", "SET", "requirepass", "");
        using RespClient last = _server.Connect();
        Assert.Equal("+PONG", last.Call("PING").ToString());
    }

    [Fact]
    public void Debug_does_what_tests_use_and_refuses_the_rest()
    {
        using RespClient client = _server.Connect();
        client.Call("SET", "k", "value");
        Assert.StartsWith("Value at:", client.Call("DEBUG", "OBJECT", "k").Text, StringComparison.Ordinal);
        Assert.Equal("-ERR no such key", client.Call("DEBUG", "OBJECT", "nosuch").ToString());
        client.Call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        Assert.False(_server.Host.State.Options.ActiveExpireEnabled);
        client.Call("DEBUG", "SET-ACTIVE-EXPIRE", "1");
        Assert.True(_server.Host.State.Options.ActiveExpireEnabled);
        Assert.Equal("-ERR unknown subcommand or wrong number of arguments for 'JMAP'. Try DEBUG HELP.", client.Call("DEBUG", "JMAP").ToString());
        Assert.True(client.Call("DEBUG", "RELOAD").IsError);
        client.Call("MULTI");
        client.Call("DEBUG", "OBJECT", "k");
        Assert.StartsWith("Value at:", client.Call("EXEC").Items[0].Text, StringComparison.Ordinal);
        Assert.Equal("-ERR a  +b", client.Call("DEBUG", "ERROR", "ERR a\r\n+b").ToString());
        Assert.Equal("+OK", client.Call("DEBUG", "LOG", "a\r\nb").ToString());
        Assert.Equal("+PONG", client.Call("PING").ToString());
        using PkvServer closed = new();
        using RespClient other = closed.Connect();
        Assert.Equal("-" + AccessRule.Refusal("DEBUG"), other.Call("DEBUG", "SLEEP", "0").ToString());
        other.Call("MULTI");
        Assert.Equal("+QUEUED", other.Call("SET", "k", "v").ToString());
        Assert.Equal("-" + AccessRule.Refusal("DEBUG"), other.Call("DEBUG", "OBJECT", "k").ToString());
        Assert.Equal("-" + AccessRule.Refusal("MODULE"), other.Call("MODULE", "LOAD", "x").ToString());
        Assert.Equal("-EXECABORT Transaction discarded because of previous errors.", other.Call("EXEC").ToString());
        Assert.Equal(0, other.Call("EXISTS", "k").Integer);
        Assert.Equal("-ERR CONFIG SET failed (possibly related to argument 'enable-debug-command') - can't set immutable config",
            other.Call("CONFIG", "SET", "enable-debug-command", "yes").ToString());
    }

    [Fact]
    public void Background_rewriting_is_answered_as_by_redis()
    {
        using RespClient client = _server.Connect();
        Assert.Equal("+Background append only file rewriting started", client.Call("BGREWRITEAOF").ToString());
        Assert.True(SpinWait.SpinUntil(() => !_server.Host.State.Cleaning.PassRequested, 10_000));
    }

    [Fact]
    public void A_snapshot_is_refused_with_the_ways_to_back_up()
    {
        using RespClient client = _server.Connect();
        long saved = client.Call("LASTSAVE").Integer;
        foreach (string[] command in (string[][])[["SAVE"], ["BGSAVE"], ["BGSAVE", "SCHEDULE"]])
        {
            string answer = client.Call(command).ToString();
            Assert.StartsWith("-ERR no RDB file is written", answer, StringComparison.Ordinal);
            Assert.Contains("pkv export-aof", answer, StringComparison.Ordinal);
        }
        Assert.Equal(saved, client.Call("LASTSAVE").Integer);
        Assert.Equal(_server.Host.State.StartedMs / 1000, saved);
        string info = client.Call("INFO", "persistence").Text;
        Assert.Contains($"rdb_last_save_time:{saved}\r\n", info, StringComparison.Ordinal);
        Assert.Contains("rdb_saves:0\r\n", info, StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_object_describes_every_type_in_and_outside_a_transaction()
    {
        using RespClient client = _server.Connect();
        (string Key, string[] Command)[] values =
        [
            ("int", ["SET", "int", "12"]), ("embstr", ["SET", "embstr", "abc"]), ("raw", ["SET", "raw", new string('x', 100)]), ("edited", ["SETRANGE", "edited", "0", "abc"]), ("expiring", ["SETEX", "expiring", "100", "v"]),
            ("listpack hash", ["HSET", "listpack hash", "f", "v"]), ("hashtable hash", ["HSET", "hashtable hash", "f", new string('v', 100)]),
            ("list", ["RPUSH", "list", "a", "b"]), ("intset", ["SADD", "intset", "1", "2"]), ("set", ["SADD", "set", "a"]),
            ("listpack zset", ["ZADD", "listpack zset", "1", "a"]), ("skiplist zset", ["ZADD", "skiplist zset", "1", new string('m', 100)]),
        ];
        foreach ((string key, string[] command) in values)
        {
            Assert.False(client.Call(command).IsError);
            string encoding = client.Call("OBJECT", "ENCODING", key).Text, described = client.Call("DEBUG", "OBJECT", key).Text;
            Assert.Matches($"^Value at:0x[0-9a-f]+ refcount:1 encoding:{encoding} serializedlength:[1-9][0-9]* lru:[0-9]+ lru_seconds_idle:[0-9]+$", described);
            client.Call("MULTI");
            client.Call("DEBUG", "OBJECT", key);
            client.Call("DEBUG", "OBJECT", "nosuch");
            IReadOnlyList<RespNode> replies = client.Call("EXEC").Items;
            Assert.StartsWith("Value at:", replies[0].Text, StringComparison.Ordinal);
            Assert.Equal("-ERR no such key", replies[1].ToString());
        }
    }

    // Each transaction asks for the key that the other one writes: none may wait for the other with its own key held.
    [Fact]
    public async Task Debug_object_of_each_others_keys_in_transactions_deadlocks_nobody()
    {
        async Task<int> Ask(string own, string other)
        {
            await Task.Yield();
            using RespClient client = _server.Connect();
            int described = 0;
            for (int i = 0; i < 300; i++)
            {
                IReadOnlyList<RespNode> replies = client.Pipeline([["MULTI"], ["INCR", own], ["DEBUG", "OBJECT", other], ["INCR", own], ["EXEC"], ["DEBUG", "OBJECT", other]]);
                described += replies[4].Items[1].Text.StartsWith("Value at:", StringComparison.Ordinal) ? 1 : 0;
            }
            return described;
        }
        using (RespClient client = _server.Connect())
            client.Call("MSET", "a", "0", "b", "0");
        int[] described = await Task.WhenAll(Ask("a", "b"), Ask("b", "a"), Ask("a", "b"), Ask("b", "a"));
        Assert.All(described, static count => Assert.Equal(300, count));
        using RespClient last = _server.Connect();
        Assert.Equal("1200", last.Call("GET", "a").Text);
    }

    [Fact]
    public void Modules_are_refused_to_those_who_may_ask_for_them()
    {
        using PkvServer server = PkvServer.InProcess("--enable-module-command", "local");
        using RespClient client = server.Connect();
        Assert.Equal("-ERR Error loading the extension. Please check the server logs.", client.Call("MODULE", "LOAD", "/lib/x.so").ToString());
        Assert.Equal("-ERR Error unloading module: no such module with that name", client.Call("MODULE", "UNLOAD", "x").ToString());
        Assert.StartsWith("-ERR there is no replication", client.Call("REPLICAOF", "127.0.0.1", "6379").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_directory_can_be_changed_by_who_may_and_only_to_one_that_is_there()
    {
        using PkvServer server = PkvServer.InProcess("--enable-protected-configs", "local");
        using RespClient client = server.Connect();
        string before = client.Call("CONFIG", "GET", "dir")["dir"]!.Text;
        Assert.Equal("-ERR CONFIG SET failed (possibly related to argument 'dir') - No such file or directory", client.Call("CONFIG", "SET", "dir", "/no/such/folder").ToString());
        Assert.Equal(before, client.Call("CONFIG", "GET", "dir")["dir"]!.Text);
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "dir", "/tmp").ToString());
        Assert.Equal("/tmp", client.Call("CONFIG", "GET", "dir")["dir"]!.Text);
    }

    [Fact]
    public void Debug_sync_forces_a_sync_where_the_medium_needs_one()
    {
        string folder = Directory.CreateTempSubdirectory("pkv-save-").FullName;
        using (var file = PkvServer.InProcess("--medium", "file", "--pool", Path.Combine(folder, "a.pool"), "--pool-size", "64mb", "--appendfsync", "no", "--enable-debug-command", "local"))
        {
            using RespClient client = file.Connect();
            for (int i = 1; i <= 3; i++)
            {
                client.Call("SET", "k", $"{i}");
                Assert.Equal("+OK", client.Call("DEBUG", "SYNC").ToString());
                Assert.Contains($"pkv_syncs:{i}\r\n", client.Call("INFO", "persistence").Text, StringComparison.Ordinal);
            }
            Assert.Equal(file.Host.State.LogWriters[0].CommittedBatch, file.Host.State.LogWriters[0].DurableBatch);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Debug_sync_inside_exec_splits_nothing()
    {
        using var server = PkvServer.InProcess("--enable-debug-command", "local");
        using RespClient client = server.Connect();
        client.Pipeline([["MULTI"], ["SET", "a", "1"], ["DEBUG", "SYNC"], ["SET", "b", "2"]]);
        long committed = server.Host.State.Threads[0].Engine.BatchesCommitted;
        Assert.Equal("*[+OK, +OK, +OK]", client.Call("EXEC").ToString());
        Assert.Equal(committed + 1, server.Host.State.Threads[0].Engine.BatchesCommitted);
    }
}
