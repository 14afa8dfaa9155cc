using System.Diagnostics;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Connections;

/// <summary>CLIENT over several I/O threads: the list, killing and pausing of other threads' connections.</summary>
public sealed class ClientTests : IDisposable
{
    private const int PauseMs = 300;

    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "3");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Kill_reaches_connections_of_every_thread()
    {
        using RespClient admin = _server.Connect();
        RespClient[] victims = [.. Enumerable.Range(0, 6).Select(_ => _server.Connect())];
        long[] ids = [.. victims.Select(v => v.Call("CLIENT", "ID").Integer)];
        for (int i = 0; i < victims.Length; i++)
        {
            Assert.Equal(1, admin.Call("CLIENT", "KILL", "ID", $"{ids[i]}").Integer);
            Assert.True(victims[i].IsClosedByServer());
            Assert.Equal(0, admin.Call("CLIENT", "KILL", "ID", $"{ids[i]}").Integer);
            Assert.DoesNotContain($"id={ids[i]} ", admin.Call("CLIENT", "LIST").Text, StringComparison.Ordinal);
            victims[i].Dispose();
        }
        Assert.Equal("+PONG", admin.Call("PING").ToString());
    }

    [Fact]
    public void Kill_takes_every_filter()
    {
        using RespClient admin = _server.Connect();
        string own = Field(admin.Call("CLIENT", "INFO").Text, "addr");
        Assert.Equal(0, Kill(admin, out _, _ => ["ADDR", "1.2.3.4:5"]));
        Assert.Equal(1, Kill(admin, out string address, a => ["ADDR", a]));
        Assert.NotEqual(own, address);
        Assert.Equal(1, Kill(admin, out _, a => ["USER", "default", "TYPE", "normal", "ADDR", a, "SKIPME", "yes"]));
        Assert.Equal(1, Kill(admin, out _, _ => ["LADDR", Field(admin.Call("CLIENT", "INFO").Text, "laddr")]));
        using (RespClient old = _server.Connect())
        {
            Assert.Equal("+OK", admin.Call("CLIENT", "KILL", Field(old.Call("CLIENT", "INFO").Text, "addr")).ToString());
            Assert.True(old.IsClosedByServer());
        }
        Assert.Equal(1, admin.Call("CLIENT", "KILL", "ADDR", own, "SKIPME", "no").Integer);
        Assert.True(admin.IsClosedByServer());
    }

    [Fact]
    public void A_killed_client_leaves_nothing_behind()
    {
        using RespClient admin = _server.Connect(), writer = _server.Connect();
        using (RespClient victim = _server.Connect())
        {
            victim.Call("WATCH", "k");
            victim.Call("MULTI");
            victim.Call("SET", "k", "v");
            Assert.False(_server.Host.State.Watches.IsEmpty);
            admin.Call("CLIENT", "KILL", "ID", Field(List(admin, "cmd=set"), "id"));
            Assert.True(victim.IsClosedByServer());
        }
        Assert.True(_server.Host.State.Watches.IsEmpty);
        using (RespClient monitor = _server.Connect())
            monitor.Call("MONITOR");
        Assert.Equal("+OK", writer.Call("SET", "k", "v").ToString());
        Assert.True(SpinWait.SpinUntil(() => !_server.Host.State.Monitors.Any, 5000));
    }

    [Fact]
    public void A_monitor_is_a_normal_client()
    {
        using RespClient admin = _server.Connect(), monitor = _server.Connect();
        monitor.Call("MONITOR");
        Assert.Contains(" flags=O ", admin.Call("CLIENT", "LIST", "TYPE", "normal").Text, StringComparison.Ordinal);
        Assert.Equal("", admin.Call("CLIENT", "LIST", "TYPE", "replica").Text);
    }

    [Fact]
    public void List_tells_name_database_and_transaction()
    {
        using RespClient client = _server.Connect(), other = _server.Connect();
        client.Call("CLIENT", "SETNAME", "worker");
        client.Call("SELECT", "5");
        client.Call("MULTI");
        client.Call("PING");
        string line = List(other, "name=worker");
        Assert.Equal("5", Field(line, "db"));
        Assert.Equal("1", Field(line, "multi"));
        Assert.Equal("x", Field(line, "flags"));
        Assert.Equal("ping", Field(line, "cmd"));
        Assert.Equal("2", Field(line, "resp"));
        string id = Field(line, "id");
        Assert.Equal(line, other.Call("CLIENT", "LIST", "ID", id, "999999").Text.TrimEnd('\n'));
        Assert.Contains(line, other.Call("CLIENT", "LIST", "TYPE", "NORMAL").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_holds_all_threads_and_ends_by_itself()
    {
        using RespClient admin = _server.Connect();
        RespClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => _server.Connect())];
        var watch = Stopwatch.StartNew();
        admin.Call("CLIENT", "PAUSE", $"{PauseMs}");
        foreach (RespClient client in clients)
        {
            client.Send("SET", "k", "v");
            client.Send("GET", "k");
        }
        foreach (RespClient client in clients)
        {
            Assert.Equal("+OK", client.Read().ToString());
            Assert.InRange(watch.ElapsedMilliseconds, PauseMs - 50, PauseMs + 2000);
            Assert.Equal("$v", client.Read().ToString());
            client.Dispose();
        }
    }

    [Fact]
    public void Unpause_ends_a_pause_at_once_and_reads_go_on_during_one_of_writes()
    {
        using RespClient admin = _server.Connect();
        RespClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => _server.Connect())];
        admin.Call("CLIENT", "PAUSE", "600000", "WRITE");
        foreach (RespClient client in clients)
        {
            Assert.True(client.Call("GET", "nosuch").IsNull);
            client.Send("SET", "k", "v");
            client.Send("PING");
        }
        Assert.True(SpinWait.SpinUntil(() => admin.Call("INFO", "clients").Text.Contains("paused_clients:6\r\n", StringComparison.Ordinal), 5000));
        admin.Call("CLIENT", "UNPAUSE");
        foreach (RespClient client in clients)
        {
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("+PONG", client.Read().ToString());
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_paused_pipeline_larger_than_a_window_goes_on_whole()
    {
        using RespClient admin = _server.Connect(), client = _server.Connect();
        string large = new('x', 600_000);
        admin.Call("CLIENT", "PAUSE", "600000");
        Task<IReadOnlyList<RespNode>> replies = Task.Run(() =>
            client.Pipeline([["SET", "a", large], ["ECHO", "1"], ["SET", "b", large], ["GET", "a"], ["GET", "b"], ["SET", "c", "small"], ["GET", "c"]]));
        Assert.True(SpinWait.SpinUntil(() => _server.Host.State.Clients.Snapshot().Exists(c => c.IsHeld), 5000));
        admin.Call("CLIENT", "UNPAUSE");
        IReadOnlyList<RespNode> read = await replies;
        Assert.Equal("+OK $1 +OK", string.Join(' ', read.Take(3)));
        Assert.Equal(large, read[3].Text);
        Assert.Equal(large, read[4].Text);
        Assert.Equal("$small", read[6].ToString());
    }

    private int Kill(RespClient admin, out string address, Func<string, string[]> filter)
    {
        int killed;
        using (RespClient victim = _server.Connect())
        {
            address = Field(victim.Call("CLIENT", "INFO").Text, "addr");
            killed = (int)admin.Call(["CLIENT", "KILL", .. filter(address)]).Integer;
            if (killed > 0)
                Assert.True(victim.IsClosedByServer());
        }
        // The server sees a client leave when it comes to it: until then a later filter finds it.
        string left = $" addr={address} ";
        Wire.Eventually(() => !admin.Call("CLIENT", "LIST").Text.Contains(left, StringComparison.Ordinal), $"{address} is gone");
        return killed;
    }

    private static string List(RespClient client, string part) =>
        client.Call("CLIENT", "LIST").Text.Split('\n').Single(line => line.Contains(part, StringComparison.Ordinal));

    private static string Field(string line, string name) => line.Trim().Split(' ').Single(f => f.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
}
