using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Scripts;

/// <summary>Scripts that run for long, want too much, or lock what others have: others go on, and nobody waits in a ring.</summary>
public sealed class LongScriptTests
{
    private const string Endless = "while true do end";
    private const string Transfer = "local from, to = 'account:' .. ARGV[1], 'account:' .. ARGV[2] redis.call('decrby', from, 1) redis.call('incrby', to, 1) return redis.call('get', from)";

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void An_endless_script_is_told_of_and_killed_while_others_go_on(string ioThreads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", ioThreads, "--busy-reply-threshold", "20");
        using RespClient runner = server.Connect(), other = server.Connect();
        Assert.Equal("NOTBUSY No scripts in execution right now.", other.Call("SCRIPT", "KILL").Text);
        other.Call("SET", "free", "1");
        runner.Send("EVAL", $"redis.call('get', KEYS[1]) pcall(function() {Endless} end) {Endless}", "1", "held");
        AwaitBusy(other);
        Assert.Equal("1", other.Call("GET", "free").Text);
        Assert.Equal("OK", other.Call("SET", "free", "2").Text);
        Assert.StartsWith("BUSY", other.Call("GET", "held").Text);
        Assert.StartsWith("BUSY", other.Call("EVAL", "return 1", "0").Text);
        Assert.StartsWith("BUSY Redis is busy running a script. You can only call SCRIPT KILL", other.Call("FUNCTION", "KILL").Text);
        Assert.Equal("OK", other.Call("SCRIPT", "KILL").Text);
        Assert.StartsWith("ERR Script killed by user with SCRIPT KILL. script: ", runner.Read().Text);
        Assert.Equal("PONG", other.Call("PING").Text);
        Assert.True(other.Call("GET", "held").IsNull);
    }

    [Fact]
    public void Many_endless_scripts_on_one_thread_can_all_be_killed()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1", "--busy-reply-threshold", "100000000");
        using RespClient other = server.Connect();
        RespClient[] runners = [.. Enumerable.Range(0, 8).Select(_ => server.Connect())];
        foreach (RespClient runner in runners)
            runner.Send("EVAL", Endless, "0");
        int ended = 0;
        for (int attempt = 0; ended < runners.Length; attempt++)
        {
            Assert.True(attempt < 10_000_000, "a script is not killed");
            Assert.Contains(other.Call("SCRIPT", "KILL").Text[..2], (string[])["OK", "NO"]);
            ended = runners.Count(static runner => runner.Socket.Available > 0);
        }
        foreach (RespClient runner in runners)
        {
            Assert.StartsWith("ERR Script killed", runner.Read().Text);
            runner.Dispose();
        }
    }

    [Fact]
    public void A_script_that_has_written_is_not_killed_and_nothing_of_it_is_kept_if_the_server_is()
    {
        using PkvServer server = PkvServer.Child("--busy-reply-threshold", "20");
        using (RespClient runner = server.Connect(), other = server.Connect())
        {
            runner.Send("EVAL", $"redis.call('set', 'half', 1) redis.call('set', 'other', 1) {Endless}", "1", "half");
            AwaitBusy(other);
            Assert.StartsWith("UNKILLABLE Sorry the script already executed write commands", other.Call("SCRIPT", "KILL").Text);
            Assert.Equal("OK", other.Call("SET", "free", "1").Text);
        }
        server.Kill();
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal("*[$(null), $(null), $1]", again.Call("MGET", "half", "other", "free").ToString());
    }

    [Theory]
    [InlineData("local s = 'x' while true do s = s .. s end")]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = i end")]
    [InlineData("local function f() return 1 + f() end return f()")]
    [InlineData("return string.rep('x', 1e10)")]
    [InlineData("local t = {} for i = 1, 60 do t = {t, t} end return t")]
    [InlineData("local s, t = string.rep('x', 1e6), {} for i = 1, 1e6 do t[i] = s end return t")]
    [InlineData("local t = {} t[1] = t return t")]
    public void What_wants_too_much_gets_an_error_and_the_server_goes_on(string script)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient client = server.Connect();
        client.TimeoutMs = 120_000;
        client.Send("EVAL", script, "0");
        RespNode reply = client.Read();
        while (reply is { IsError: false, Items: [var inner] })
            reply = inner;
        Assert.True(reply.IsError, $"{reply.ToString()[..Math.Min(100, reply.ToString().Length)]}");
        Assert.Equal("PONG", client.Call("PING").Text);
    }

    [Theory]
    [InlineData("1", Transfer)]
    [InlineData("2", Transfer)]
    [InlineData("2", "redis.call('keys', 'account:?') " + Transfer)]
    [InlineData("2", "redis.call('set', 'last', ARGV[1]) redis.call('dbsize') " + Transfer)]
    public void Undeclared_keys_are_locked_without_a_ring(string ioThreads, string script)
    {
        const int Clients = 6, Accounts = 10, Calls = 400;
        using PkvServer server = PkvServer.InProcess("--io-threads", ioThreads);
        using (RespClient client = server.Connect())
            client.Call(["MSET", .. Enumerable.Range(0, Accounts).SelectMany(i => new[] { $"account:{i}", "1000" })]);
        Parallel.For(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, n =>
        {
            using RespClient client = server.Connect();
            client.TimeoutMs = 120_000;
            Random random = new(n);
            for (int i = 0; i < Calls; i += 20)
            {
                IReadOnlyList<RespNode> replies = client.Pipeline([.. Enumerable.Range(0, 20).Select(k => k % 5 == 4
                    ? new[] { "MGET", $"account:{random.Next(Accounts)}", $"account:{random.Next(Accounts)}" }
                    : ["EVAL", script, "0", $"{random.Next(Accounts)}", $"{random.Next(Accounts)}"])]);
                Assert.DoesNotContain(replies, static reply => reply.IsError);
            }
        });
        using RespClient last = server.Connect();
        Assert.Equal(Accounts * 1000, last.Call(["MGET", .. Enumerable.Range(0, Accounts).Select(i => $"account:{i}")]).Items.Sum(item => long.Parse(item.Text)));
    }

    private static void AwaitBusy(RespClient client)
    {
        for (int attempt = 0; !client.Call("PING").Text.StartsWith("BUSY", StringComparison.Ordinal); attempt++)
            Assert.True(attempt < 10_000_000, "nobody is told of a script that runs for long");
    }
}
