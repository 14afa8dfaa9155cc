using Pkv.Server.PubSub;
using Xunit;

namespace Pkv.Tests.PubSub;

/// <summary>Patterns come and go without the array of their names being made each time.</summary>
public sealed class PatternTableTests
{
    [Fact]
    public void Names_are_made_once_for_as_many_changes_as_there_were()
    {
        using var server = Support.PkvServer.InProcess();
        using Support.RespClient client = server.Connect(), other = server.Connect();
        const int patterns = 20_000;
        client.Send(["PSUBSCRIBE", .. Enumerable.Range(0, patterns).Select(i => $"p{i}:*")]);
        for (int i = 0; i < patterns; i++)
            client.Read();
        PatternTable table = server.Host.State.PubSub.Patterns;
        byte[][] names = table.Names;
        Assert.Equal(patterns, names.Length);
        Assert.Same(names, table.Names);
        Assert.Equal(1, other.Call("PUBLISH", "p7:x", "m").Integer);
        Assert.Equal("p7:*", client.Read().Items[1].Text);
        client.Send("PUNSUBSCRIBE", "p7:*");
        client.Read();
        Assert.Equal(0, other.Call("PUBLISH", "p7:x", "m").Integer);
        Assert.Equal(patterns - 1, table.Names.Length);
        Assert.Equal(patterns, names.Length);
        // Closing lets go of all of them; nobody has asked for the names in between.
        client.Dispose();
        while (other.Call("PUBSUB", "NUMPAT").Integer != 0)
        {
        }
        Assert.Empty(table.Names);
    }
}
