using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>Commands received together with the end of a large one are run at once, not when more arrives.</summary>
public sealed class PipelineTests(PkvServer server) : IClassFixture<PkvServer>
{
    [Theory]
    [InlineData(2_000)]
    [InlineData(20_000)]
    [InlineData(300_000)]
    [InlineData(5_000_000)]
    public void Commands_behind_a_large_one_are_answered(int bytes)
    {
        using RespClient client = server.Connect(), other = server.Connect();
        client.TimeoutMs = 5_000;
        byte[] large = RespClient.Encode("SET", "large", new string('v', bytes), "EX", "100000");
        byte[] behind = RespClient.Encode("PING", "behind");
        // The first part ends inside the value, so that the rest is received by the large path, and brings more with it.
        client.SendRaw(large.AsSpan(0, 1_500));
        for (int turns = 0; turns < 3; turns++)
            other.Call("PING");
        client.SendRaw([.. large[1_500..], .. behind, .. behind]);
        Assert.Equal("+OK", client.Read().ToString());
        Assert.Equal("$behind", client.Read().ToString());
        Assert.Equal("$behind", client.Read().ToString());
        Assert.Equal(bytes, client.Call("STRLEN", "large").Integer);
    }
}
