using System.Net.Sockets;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>Connections that end, pause or stop half way: what they held is let go, what they are owed is sent.</summary>
public sealed class ConnectionEndTests
{
    [Fact]
    public void A_client_that_vanishes_watches_nothing_any_more()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            client.Call("WATCH", "a", "b");
            client.Call("MULTI");
            client.Call("SET", "a", new string('x', 100_000));
            Assert.False(server.Host.State.Watches.IsEmpty);
        }
        Wire.Eventually(() => server.Host.State.Watches.IsEmpty, "the watches of a closed connection are gone");
    }

    [Fact]
    public void A_client_that_sends_no_more_still_gets_the_replies_that_wait_for_the_device()
    {
        string path = Path.Combine(Path.GetTempPath(), $"pkv-half-{Guid.NewGuid():n}.pool");
        try
        {
            using var server = PkvServer.InProcess("--medium", "file", "--pool", path, "--appendfsync", "always");
            for (int i = 0; i < 50; i++)
            {
                using RespClient client = server.Connect();
                client.Send("SET", "k", $"{i}");
                client.Socket.Shutdown(SocketShutdown.Send);
                Assert.Equal("+OK", client.Read().ToString());
                Assert.True(client.IsClosedByServer());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_a_pause_holds_back_is_answered_in_order_afterwards()
    {
        using PkvServer server = new();
        using RespClient client = server.Connect(), other = server.Connect();
        byte[] large = Wire.Value(50_000, 1);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal("+OK", other.Call("CLIENT", "PAUSE", "150", "WRITE").ToString());
            Wire.SendInPieces(client, other, [.. Wire.Command("GET", "none"), .. Wire.Command("SET", "k", "v"), .. Wire.Command("GET", "k"), .. Wire.Command("SET", "l", large), .. Wire.Command("GET", "l")], 3000);
            Assert.True(client.Read().IsNull);
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("$v", client.Read().ToString());
            Assert.Equal("+OK", client.Read().ToString());
            Wire.AssertBulk(large, client.Read());
        }
    }

    [Fact]
    public void A_large_command_that_a_pause_holds_back_is_run_afterwards()
    {
        using PkvServer server = new();
        using RespClient client = server.Connect(), other = server.Connect();
        byte[] large = Wire.Value(3_000_000, 2);
        byte[] command = Wire.Command("SET", "l", large, "EX", "1000");
        client.SendRaw(command.AsSpan(0, 1_000_000));
        Assert.Equal("+OK", other.Call("CLIENT", "PAUSE", "150", "WRITE").ToString());
        client.SendRaw([.. command.AsSpan(1_000_000), .. Wire.Command("GET", "l")]);
        Assert.Equal("+OK", client.Read().ToString());
        Wire.AssertBulk(large, client.Read());
    }

    [Fact]
    public void A_password_that_comes_in_pieces_is_not_left_in_the_pool()
    {
        const string password = "correct-horse-battery-staple";
        using PkvServer server = PkvServer.InProcess("--requirepass", password);
        using (RespClient client = server.Connect(), other = server.Connect())
        {
            Assert.Equal("+OK", other.Call("AUTH", password).ToString());
            byte[] auth = Wire.Command("AUTH", password);
            Wire.SendInPieces(client, other, [.. auth, .. Wire.Command("SET", "k", "v")], 10, auth.Length - 12, auth.Length - 3);
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("+OK", client.Read().ToString());
        }
        server.Stop();
        Assert.Equal(-1, File.ReadAllBytes(server.PoolPath).AsSpan().IndexOf("correct-horse"u8));
    }
}
