using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Servers;

/// <summary>Commands for operators: their effect on a running server.</summary>
public sealed class AdminTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2");

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
        using var closed = PkvServer.InProcess("--enable-debug-command", "no");
        using RespClient other = closed.Connect();
        Assert.StartsWith("-ERR DEBUG command not allowed.", other.Call("DEBUG", "SLEEP", "0").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Background_work_is_answered_as_by_redis()
    {
        using RespClient client = _server.Connect();
        Assert.Equal("+Background saving started", client.Call("BGSAVE").ToString());
        Assert.Equal("+Background saving started", client.Call("BGSAVE", "SCHEDULE").ToString());
        Assert.Equal("+Background append only file rewriting started", client.Call("BGREWRITEAOF").ToString());
        Assert.True(SpinWait.SpinUntil(() => !_server.Host.State.Cleaning.PassRequested, 10_000));
    }

    [Fact]
    public void Save_forces_a_sync_where_the_medium_needs_one()
    {
        string folder = Directory.CreateTempSubdirectory("pkv-save-").FullName;
        using (var file = PkvServer.InProcess("--medium", "file", "--pool", Path.Combine(folder, "a.pool"), "--pool-size", "64mb", "--appendfsync", "no"))
        {
            using RespClient client = file.Connect();
            for (int i = 1; i <= 3; i++)
            {
                client.Call("SET", "k", $"{i}");
                Assert.Equal("+OK", client.Call("SAVE").ToString());
                Assert.Contains($"pkv_syncs:{i}\r\n", client.Call("INFO", "persistence").Text, StringComparison.Ordinal);
            }
            Assert.Equal(file.Host.State.LogWriters[0].CommittedBatch, file.Host.State.LogWriters[0].DurableBatch);
            Assert.InRange(client.Call("LASTSAVE").Integer, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 5, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }
        Directory.Delete(folder, recursive: true);
    }
}
