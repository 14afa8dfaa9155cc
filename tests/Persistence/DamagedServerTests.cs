using Pkv.Persistence.Media;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>A server on a damaged pool: it names the place and does not start; told to salvage, it keeps what is whole.</summary>
public sealed class DamagedServerTests
{
    [Fact]
    public void A_flipped_bit_in_a_durable_value_is_told_and_salvage_keeps_the_rest()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 20; i++)
                client.Call("SET", $"key{i}", $"the value of key {i}.");
        }
        server.Stop();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        int at = pool.AsSpan().IndexOf("the value of key 7."u8);
        pool[at] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);

        string message = Assert.Throws<MediumException>(server.Start).Message;
        Assert.Contains("the pool is damaged in 1 place(s), first segment 0, pool bytes ", message);
        Assert.Contains("fails its checksum", message);
        Assert.Contains("--recovery-mode salvage", message);

        using PkvServer salvage = PkvServer.InProcess("--recovery-mode", "salvage");
        salvage.Stop();
        File.WriteAllBytes(salvage.PoolPath, pool);
        salvage.Start();
        using RespClient again = salvage.Connect();
        for (int i = 0; i < 20; i++)
        {
            RespNode value = again.Call("GET", $"key{i}");
            Assert.Equal(i == 7 ? "$(null)" : $"$the value of key {i}.", value.ToString());
        }
        Assert.Equal("+OK", again.Call("SET", "key7", "new").ToString());
    }

    [Fact]
    public void A_torn_last_write_of_a_killed_server_is_cut()
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 5; i++)
                client.Call("SET", $"key{i}", $"the value of key {i}.");
        }
        server.Kill();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[pool.AsSpan().IndexOf("the value of key 4."u8)] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        server.Start();
        using (RespClient again = server.Connect())
        {
            Assert.Equal("$the value of key 3.", again.Call("GET", "key3").ToString());
            Assert.True(again.Call("GET", "key4").IsNull);
            Assert.Equal("+OK", again.Call("SET", "key5", "five").ToString());
        }
        server.Kill();
        server.Start();
        using RespClient last = server.Connect();
        Assert.Equal("$five", last.Call("GET", "key5").ToString());
        Assert.True(last.Call("GET", "key4").IsNull);
    }
}
