using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>A pool that is full is given more room while the server runs.</summary>
public sealed class GrowthTests
{
    [Theory]
    [InlineData("dram", "everysec")]
    [InlineData("file", "everysec")]
    [InlineData("file", "always")]
    public void A_full_pool_can_be_raised_while_the_server_runs(string medium, string fsync)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", "66mb", "--appendfsync", fsync);
        using RespClient client = server.Connect();
        string value = new('v', 500_000);
        int stored = Fill(client, value, 0);
        Assert.InRange(stored, 40, 132);
        Assert.StartsWith("-ERR CONFIG SET failed", client.Call("CONFIG", "SET", "pool-size", "40mb").ToString(), StringComparison.Ordinal);
        Assert.StartsWith("-ERR CONFIG SET failed", client.Call("CONFIG", "SET", "pool-size", "20gb").ToString(), StringComparison.Ordinal);
        Assert.Equal(stored, Fill(client, value, stored));
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "pool-size", "250mb").ToString());
        Assert.Equal("250mb", client.Call("CONFIG", "GET", "pool-size").Items[1].Text is "262144000" ? "250mb" : "another size");
        int more = Fill(client, value, stored);
        Assert.InRange(more, 2 * stored, 500);
        for (int i = 0; i < more; i += 10)
            Assert.Equal(value, client.Call("GET", $"k{i}").Text);
        Assert.Equal(more, client.Call("DBSIZE").Integer);
    }

    // Stores until it is refused; returns how many there are then.
    private static int Fill(RespClient client, string value, int from)
    {
        for (int i = from; ; i++)
        {
            RespNode reply = client.Call("SET", $"k{i}", value);
            if (reply.IsError)
            {
                Assert.StartsWith("OOM", reply.Text, StringComparison.Ordinal);
                return i;
            }
            Assert.True(i < 1000, "the pool is never full");
        }
    }
}
