using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Keys;

/// <summary>Keys whose time is over: removed when somebody looks, and when nobody does.</summary>
public sealed class ExpiryTests(PkvServer pkv) : IClassFixture<PkvServer>
{
    private const int DeadlineMs = 20_000;

    [Fact]
    public void Expired_keys_go_without_being_looked_at()
    {
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
        client.Pipeline([.. Enumerable.Range(0, 5000).Select(i => new[] { "SET", $"k{i}", "v", "PX", "20" })]);
        client.Call("SELECT", "9");
        client.Pipeline([.. Enumerable.Range(0, 100).Select(i => new[] { "SET", $"k{i}", "v", "PX", "20" })]);
        client.Call("SET", "stays", "v");
        Eventually(() => client.Call("DBSIZE").Integer == 1);
        client.Call("SELECT", "0");
        Eventually(() => client.Call("DBSIZE").Integer == 0);
    }

    [Fact]
    public void An_expired_key_is_not_found_by_any_command()
    {
        using PkvServer server = PkvServer.InProcess();
        server.Host.State.Options.ActiveExpireEnabled = false;
        using RespClient client = server.Connect();
        string[][] looks =
        [
            ["GET", "k"], ["EXISTS", "k", "k"], ["TYPE", "k"], ["TTL", "k"], ["PEXPIRETIME", "k"], ["TOUCH", "k"], ["DEL", "k"], ["UNLINK", "k"],
            ["EXPIRE", "k", "10"], ["PERSIST", "k"], ["RENAME", "k", "other"], ["COPY", "k", "other"], ["MOVE", "k", "1"], ["KEYS", "*"],
            ["SCAN", "0"], ["RANDOMKEY"], ["OBJECT", "ENCODING", "k"],
        ];
        foreach (string[] look in looks)
        {
            RespNode absent = client.Call(look);
            client.Call("SET", "k", "v", "PXAT", "1");
            Assert.Equal(1, client.Call("DBSIZE").Integer);
            Assert.Equal(absent, client.Call(look));
            Assert.Equal(0, client.Call("DBSIZE").Integer);
        }
    }

    [Fact]
    public void Targets_that_have_expired_are_free()
    {
        using PkvServer server = PkvServer.InProcess();
        server.Host.State.Options.ActiveExpireEnabled = false;
        using RespClient client = server.Connect();
        client.Call("SET", "a", "1");
        client.Call("SET", "b", "2", "PXAT", "1");
        Assert.Equal(1, client.Call("RENAMENX", "a", "b").Integer);
        client.Call("SET", "c", "3", "PXAT", "1");
        Assert.Equal(1, client.Call("COPY", "b", "c").Integer);
        client.Call("SELECT", "1");
        client.Call("SET", "c", "3", "PXAT", "1");
        client.Call("SELECT", "0");
        Assert.Equal(1, client.Call("MOVE", "c", "1").Integer);
        Assert.Equal("1", client.Call("GET", "b").Text);
    }

    [Fact]
    public void In_a_transaction_an_expired_key_is_gone()
    {
        using PkvServer server = PkvServer.InProcess();
        server.Host.State.Options.ActiveExpireEnabled = false;
        using RespClient client = server.Connect();
        client.Call("SET", "k", "v", "PXAT", "1");
        client.Call("MULTI");
        client.Call("EXISTS", "k");
        client.Call("SET", "k", "new");
        client.Call("EXEC");
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("new", again.Call("GET", "k").Text);
    }

    [Fact]
    public void Wait_holds_only_its_own_connection()
    {
        using RespClient waiting = pkv.Connect(), other = pkv.Connect();
        var waited = Stopwatch.StartNew();
        waiting.SendRaw([.. RespClient.Encode("WAIT", "1", "250"), .. RespClient.Encode("PING")]);
        Assert.Equal("PONG", other.Call("PING").Text);
        Assert.Equal(0, waiting.Read().Integer);
        Assert.True(waited.ElapsedMilliseconds >= 249, $"answered after {waited.ElapsedMilliseconds} ms");
        Assert.Equal("PONG", waiting.Read().Text);
        waiting.Send("WAIT", "1", "0");
        waiting.Dispose();
        Eventually(() => !other.Call("CLIENT", "LIST").Text.Contains("cmd=wait", StringComparison.Ordinal));
    }

    private static void Eventually(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); Thread.Sleep(5))
            Assert.True(waited.ElapsedMilliseconds < DeadlineMs, "it did not come true in time");
    }
}
