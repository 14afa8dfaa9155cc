using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>Who watched or waited for very many keys is taken out of the tables by and by, and has no effect from the start.</summary>
public sealed class LeftoverTests
{
    private const int Keys = 5000;
    private static readonly string[] s_keys = [.. Enumerable.Range(0, Keys).Select(i => $"k{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Who_waited_for_many_keys_takes_nothing_any_more(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient client = server.Connect();
        RespClient gone = server.Connect();
        using RespClient many = server.Connect(), one = server.Connect();
        gone.Send(["BLPOP", .. s_keys, "0"]);
        AwaitBlocked(client, 1);
        gone.Dispose();
        AwaitBlocked(client, 0);
        many.Send(["BLPOP", .. s_keys, "0"]);
        AwaitBlocked(client, 1);
        one.Send("BLPOP", $"k{Keys - 1}", "0");
        AwaitBlocked(client, 2);
        client.Call("RPUSH", "k0", "first");
        Assert.Equal(["k0", "first"], many.Read().Items.Select(i => i.Text));
        client.Call("RPUSH", $"k{Keys - 1}", "last");
        Assert.Equal([$"k{Keys - 1}", "last"], one.Read().Items.Select(i => i.Text));
        Assert.Equal(0, client.Call(["EXISTS", .. s_keys]).Integer);
        // The same client waits again for what it is still being taken out of.
        many.Send(["BLPOP", .. s_keys, "0"]);
        AwaitBlocked(client, 1);
        client.Call("RPUSH", "k1", "again");
        Assert.Equal(["k1", "again"], many.Read().Items.Select(i => i.Text));
    }

    [Fact]
    public void Who_watches_many_keys_no_more_is_not_touched_by_them()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect(), other = server.Connect();
        client.Call(["WATCH", .. s_keys]);
        other.Call("SET", "k7", "1");
        client.Call("UNWATCH");
        Assert.Equal("OK", Exec(client).Items.Single().Text);
        client.Call(["WATCH", .. s_keys]);
        client.Call("UNWATCH");
        client.Call("WATCH", $"k{Keys - 1}");
        other.Call("SET", "k8", "1");
        Assert.Equal("OK", Exec(client).Items.Single().Text);
        client.Call(["WATCH", .. s_keys]);
        other.Call("SET", $"k{Keys - 1}", "1");
        Assert.True(Exec(client).IsNull);
        Assert.Equal("OK", Exec(client).Items.Single().Text);
    }

    private static RespNode Exec(RespClient client)
    {
        client.Call("MULTI");
        client.Call("SET", "own", "1");
        return client.Call("EXEC");
    }

    private static void AwaitBlocked(RespClient client, int count)
    {
        while (!client.Call("INFO", "clients").Text.Contains($"blocked_clients:{count}\r\n", StringComparison.Ordinal))
        {
        }
    }
}
