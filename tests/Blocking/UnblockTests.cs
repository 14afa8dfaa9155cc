using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>Clients that wait for time to pass only, by WAIT: how they are seen, called, killed, and what follows in their pipelines.</summary>
public sealed class UnblockTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Unblock_answers_as_after_the_timeout_or_with_an_error_and_the_pipeline_goes_on()
    {
        using RespClient admin = _server.Connect(), first = _server.Connect(), second = _server.Connect();
        foreach (RespClient client in (RespClient[])[first, second])
        {
            string id = $"{client.Call("CLIENT", "ID").Integer}";
            Assert.Equal(0, admin.Call("CLIENT", "UNBLOCK", id).Integer);
            client.SendRaw([.. RespClient.Encode("WAIT", "1", "0"), .. RespClient.Encode("ECHO", "behind")]);
            Waiting.Until(() => Waiting.IsBlocked(admin, id));
            Assert.Equal(1, admin.Call("CLIENT", "UNBLOCK", id).Integer);
            Assert.Equal(":0", client.Read().ToString());
            Assert.Equal("$behind", client.Read().ToString());
            Assert.Equal(0, admin.Call("CLIENT", "UNBLOCK", id).Integer);
            client.SendRaw([.. RespClient.Encode("WAIT", "1", "600000"), .. RespClient.Encode("ECHO", "behind")]);
            Waiting.Until(() => Waiting.IsBlocked(admin, id));
            Assert.Equal(1, admin.Call("CLIENT", "UNBLOCK", id, "error").Integer);
            Assert.Equal("-UNBLOCKED client unblocked via CLIENT UNBLOCK", client.Read().ToString());
            Assert.Equal("$behind", client.Read().ToString());
        }
    }

    [Fact]
    public void A_client_that_was_called_does_not_count_as_blocked_any_more()
    {
        using RespClient admin = _server.Connect(), client = _server.Connect();
        Waiting.Begin(admin, client, "WAIT", "1", "600000");
        string id = admin.Call("CLIENT", "LIST").Text.Split('\n').Single(l => l.Contains("cmd=wait", StringComparison.Ordinal)).Split(' ')[0]["id=".Length..];
        Assert.Contains("blocked_clients:1\r\n", admin.Call("INFO", "clients").Text, StringComparison.Ordinal);
        Assert.Contains("clients_in_timeout_table:1\r\n", admin.Call("INFO", "clients").Text, StringComparison.Ordinal);
        IReadOnlyList<RespNode> replies = admin.Pipeline([["CLIENT", "UNBLOCK", id], ["INFO", "clients"], ["CLIENT", "UNBLOCK", id]]);
        Assert.Equal(1, replies[0].Integer);
        Assert.Contains("blocked_clients:0\r\n", replies[1].Text, StringComparison.Ordinal);
        Assert.Equal(0, replies[2].Integer);
        Assert.Equal(0, client.Read().Integer);
    }

    [Fact]
    public void A_blocked_client_can_be_killed_and_may_leave()
    {
        using RespClient admin = _server.Connect(), killed = _server.Connect();
        Waiting.Begin(admin, killed, "WAIT", "1", "0");
        using (RespClient leaving = _server.Connect())
            Waiting.Begin(admin, leaving, "WAIT", "1", "600000");
        Waiting.Until(() => admin.Call("INFO", "clients").Text.Contains("blocked_clients:1\r\n", StringComparison.Ordinal));
        Assert.Equal(1, admin.Call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Integer);
        Assert.True(killed.IsClosedByServer());
        Waiting.Until(() => admin.Call("INFO", "clients").Text.Contains("blocked_clients:0\r\n", StringComparison.Ordinal));
        Assert.Contains("clients_in_timeout_table:0\r\n", admin.Call("INFO", "clients").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_behind_a_waiting_command_is_held_whole()
    {
        using RespClient admin = _server.Connect(), client = _server.Connect();
        string id = $"{client.Call("CLIENT", "ID").Integer}", large = new('x', 600_000);
        Task<IReadOnlyList<RespNode>> replies = Task.Run(() => client.Pipeline(
            [["SET", "a", large], ["WAIT", "1", "600000"], ["SET", "b", large], ["GET", "a"], ["WAIT", "1", "600000"], ["GET", "b"]]));
        for (int i = 0; i < 2; i++)
        {
            Waiting.Until(() => Waiting.IsBlocked(admin, id));
            Assert.Equal(1, admin.Call("CLIENT", "UNBLOCK", id).Integer);
        }
        IReadOnlyList<RespNode> read = await replies;
        Assert.Equal("+OK :0 +OK", string.Join(' ', read.Take(3)));
        Assert.Equal(large, read[3].Text);
        Assert.Equal(large, read[5].Text);
    }

    [Fact]
    public void A_pause_is_waited_for_by_who_was_unblocked_during_it()
    {
        using RespClient admin = _server.Connect(), client = _server.Connect();
        string id = $"{client.Call("CLIENT", "ID").Integer}";
        client.SendRaw([.. RespClient.Encode("WAIT", "1", "0"), .. RespClient.Encode("SET", "k", "v")]);
        Waiting.Until(() => Waiting.IsBlocked(admin, id));
        admin.Call("CLIENT", "PAUSE", "600000", "WRITE");
        Assert.Equal(1, admin.Call("CLIENT", "UNBLOCK", id).Integer);
        Assert.Equal(0, client.Read().Integer);
        Waiting.Until(() => admin.Call("INFO", "clients").Text.Contains("paused_clients:1\r\n", StringComparison.Ordinal));
        Assert.True(admin.Call("GET", "k").IsNull);
        admin.Call("CLIENT", "UNPAUSE");
        Assert.Equal("+OK", client.Read().ToString());
    }

    [Fact]
    public void Replies_that_are_off_stay_off_for_what_was_waited_for()
    {
        using RespClient admin = _server.Connect(), client = _server.Connect();
        string id = $"{client.Call("CLIENT", "ID").Integer}";
        client.SendRaw([.. RespClient.Encode("CLIENT", "REPLY", "SKIP"), .. RespClient.Encode("WAIT", "1", "0"), .. RespClient.Encode("ECHO", "heard")]);
        Waiting.Until(() => Waiting.IsBlocked(admin, id));
        admin.Call("CLIENT", "UNBLOCK", id);
        Assert.Equal("$heard", client.Read().ToString());
    }
}
