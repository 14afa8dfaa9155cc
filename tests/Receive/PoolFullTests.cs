using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>A full pool: writes are refused with -OOM, everything else goes on, and room can be made.</summary>
public sealed class PoolFullTests
{
    [Theory]
    [InlineData("19mb", "1")]
    [InlineData("64mb", "1")]
    [InlineData("128mb", "2")]
    public void Writes_fail_reads_and_deletes_work_and_room_comes_back(string size, string threads)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", size, "--io-threads", threads);
        using RespClient client = server.Connect(), other = server.Connect();
        string value = new('x', 100_000);
        int stored = 0;
        RespNode reply = client.Call("SET", "first", "1");
        for (; !reply.IsError; stored++)
        {
            Assert.True(stored < 5000, "the pool is never full");
            reply = client.Call("SET", $"k{stored}", value);
        }
        Assert.Equal("-OOM command not allowed when used memory > 'maxmemory'.", reply.ToString());
        stored--;
        Assert.True(client.Call("SET", "large", new string('y', 10_000_000)).IsError);
        client.SendRaw(Wire.Command("SET", "timed", Wire.Value(300_000, 1), "EX", "10"));
        Assert.True(client.Read().IsError);
        Assert.Equal(value, other.Call("GET", "k0").Text);
        Assert.Equal(stored + 1, other.Call("DBSIZE").Integer);
        for (int i = 0; i < stored; i++)
            Assert.Equal(":1", other.Call("DEL", $"k{i}").ToString());
        Wire.Eventually(() => !client.Call("SET", "k0", value).IsError, "deletes make room");

        Fill();
        Assert.Equal("+OK", other.Call("FLUSHALL").ToString());
        Wire.Eventually(() => !client.Call("SET", "k0", value).IsError, "FLUSHALL makes room");
        Fill();
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(value, again.Call("GET", "k0").Text);
        Assert.Equal("+OK", again.Call("FLUSHALL").ToString());
        Wire.Eventually(() => !again.Call("SET", "k0", value).IsError, "FLUSHALL makes room after a restart");

        void Fill()
        {
            for (int i = 1; !client.Call("SET", $"k{i}", value).IsError; i++)
                Assert.True(i < 5000, "the pool is never full");
        }
    }
}
