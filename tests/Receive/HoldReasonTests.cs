using Pkv.Server.Net;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>One reason holds a connection's input; when it is gone, what was sent meanwhile runs in its order.</summary>
public sealed class HoldReasonTests
{
    [Fact]
    public void CLIENT_PAUSE_holds_the_next_command_and_what_follows_it()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient client = server.Connect(), admin = server.Connect();
        Connection held = Find(server, client);
        admin.Call("CLIENT", "PAUSE", "100000", "WRITE");
        client.Send("SET", "key", "1");
        client.Send("GET", "key");
        Wire.Eventually(() => held.HoldReason == HoldReason.ClientPause, "the write is held");
        admin.Call("CLIENT", "UNPAUSE");
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal("1", client.Read().Text);
        Assert.Equal(HoldReason.None, held.HoldReason);
    }

    [Fact]
    public void A_blocking_command_holds_what_follows_it()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient client = server.Connect(), other = server.Connect();
        Connection held = Find(server, client);
        client.Send("BLPOP", "list", "0");
        client.Send("LLEN", "list");
        Wire.Eventually(() => held.HoldReason == HoldReason.Blocked, "the client waits");
        other.Call("RPUSH", "list", "a", "b");
        Assert.Equal("a", client.Read().Items[1].Text);
        Assert.Equal(1, client.Read().Integer);
        Assert.Equal(HoldReason.None, held.HoldReason);
    }

    [Fact]
    public void Nothing_is_held_twice_or_for_nothing()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient client = server.Connect();
        Connection held = Find(server, client);
        Assert.Throws<InvalidOperationException>(() => held.Hold(HoldReason.None));
        held.Hold(HoldReason.TurnOver);
        Assert.Throws<InvalidOperationException>(() => held.Hold(HoldReason.NoRoom));
        Assert.Equal(HoldReason.TurnOver, held.HoldReason);
        held.Release();
        Assert.False(held.IsHeld);
    }

    private static Connection Find(PkvServer server, RespClient client)
    {
        long id = client.Call("CLIENT", "ID").Integer;
        return server.Host.State.Clients.Snapshot().Single(c => c.Session.Id == id);
    }
}
