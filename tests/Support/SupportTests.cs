using Xunit;

namespace Pkv.Tests.Support;

/// <summary>The fixtures do what the tests rely on.</summary>
public sealed class SupportTests
{
    [Fact]
    public void A_server_in_this_process_keeps_its_data_over_a_restart()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
            Assert.Equal("+OK", client.Call("SET", "k\r\n\0", "v\u00ff").ToString());
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("$v\u00ff", again.Call("GET", "k\r\n\0").ToString());
    }

    [Fact]
    public void A_killed_child_keeps_what_it_acknowledged()
    {
        using var server = PkvServer.Child();
        using (RespClient client = server.Connect())
            Assert.Equal("+OK", client.Call("SET", "k", "v").ToString());
        server.Kill();
        server.Start();
        using RespClient again = server.Connect();
        IReadOnlyList<RespNode> replies = again.Pipeline([["GET", "k"], ["GET", "nosuch"], ["NOSUCH"]]);
        Assert.Equal("$v", replies[0].ToString());
        Assert.True(replies[1].IsNull);
        Assert.True(replies[2].IsError);
        again.SendRaw("*1\r\n$-3\r\n"u8);
        Assert.True(again.Read().IsError);
        Assert.True(again.IsClosedByServer());
    }
}
