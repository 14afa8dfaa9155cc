using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.PubSub;

/// <summary>What a subscriber's session shows and how it ends; events that no command of the subscriber's causes.</summary>
public sealed class PubSubSessionTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Lists_and_INFO_count_subscriptions()
    {
        using RespClient subscriber = _server.Connect(), other = _server.Connect();
        subscriber.Call("CLIENT", "SETNAME", "ear");
        subscriber.Send("SUBSCRIBE", "a", "b");
        subscriber.Send("PSUBSCRIBE", "p*");
        subscriber.Send("SSUBSCRIBE", "s");
        for (int i = 0; i < 4; i++)
            subscriber.Read();
        string line = Assert.Single(other.Call("CLIENT", "LIST", "TYPE", "pubsub").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(" name=ear ", line, StringComparison.Ordinal);
        Assert.Contains(" sub=2 psub=1 ssub=1 ", line, StringComparison.Ordinal);
        Assert.Contains(" flags=P ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("name=ear", other.Call("CLIENT", "LIST", "TYPE", "normal").Text, StringComparison.Ordinal);
        string stats = other.Call("INFO", "stats").Text;
        Assert.Contains("\r\npubsub_channels:2\r\npubsub_patterns:1\r\npubsubshard_channels:1\r\n", stats, StringComparison.Ordinal);
        Assert.Equal(1, other.Call("CLIENT", "KILL", "TYPE", "pubsub").Integer);
        Assert.True(subscriber.IsClosedByServer());
        Assert.Contains("\r\npubsub_channels:0\r\npubsub_patterns:0\r\npubsubshard_channels:0\r\n", other.Call("INFO", "stats").Text, StringComparison.Ordinal);
        Assert.Equal(0, other.Call("PUBLISH", "a", "x").Integer);
    }

    [Fact]
    public void A_client_that_goes_is_forgotten()
    {
        using RespClient other = _server.Connect();
        using (RespClient subscriber = _server.Connect())
            subscriber.Call("SUBSCRIBE", "a");
        Assert.True(SpinWait.SpinUntil(() => !_server.Host.State.PubSub.HasListeners, 5000));
        Assert.Equal("*[]", other.Call("PUBSUB", "CHANNELS").ToString());
    }

    [Fact]
    public void Messages_and_confirmations_come_also_with_replies_off()
    {
        using RespClient subscriber = _server.Connect(), other = _server.Connect();
        subscriber.Call("HELLO", "3");
        subscriber.Send("CLIENT", "REPLY", "OFF");
        subscriber.Send("SUBSCRIBE", "a");
        Assert.Equal(">[$subscribe, $a, :1]", subscriber.Read().ToString());
        Assert.Equal(1, other.Call("PUBLISH", "a", "one").Integer);
        Assert.Equal(">[$message, $a, $one]", subscriber.Read().ToString());
        subscriber.Send("SET", "k", "v");
        subscriber.Send("PUBLISH", "a", "two");
        Assert.Equal(">[$message, $a, $two]", subscriber.Read().ToString());
        subscriber.Send("UNSUBSCRIBE", "a");
        Assert.Equal(">[$unsubscribe, $a, :0]", subscriber.Read().ToString());
        subscriber.Send("CLIENT", "REPLY", "ON");
        Assert.Equal("+OK", subscriber.Read().ToString());
    }

    [Fact]
    public void Own_messages_of_a_transaction_follow_its_reply()
    {
        using RespClient client = _server.Connect();
        client.Call("HELLO", "3");
        client.Call("SUBSCRIBE", "a");
        client.Call("MULTI");
        client.Call("PUBLISH", "a", "one");
        client.Call("PUBLISH", "a", "two");
        Assert.Equal("*[:1, :1]", client.Call("EXEC").ToString());
        Assert.Equal(">[$message, $a, $one]", client.Read().ToString());
        Assert.Equal(">[$message, $a, $two]", client.Read().ToString());
        client.Call("MULTI");
        client.Call("PUBLISH", "a", "lost");
        client.Call("UNSUBSCRIBE", "a");
        Assert.Equal("*[:1, >[$unsubscribe, $a, :0]]", client.Call("EXEC").ToString());
        Assert.Equal("+PONG", client.Call("PING").ToString());
    }

    [Fact]
    public void Expired_keys_are_told_of_once_by_whoever_finds_them()
    {
        using RespClient subscriber = _server.Connect(), other = _server.Connect();
        other.Call("CONFIG", "SET", "notify-keyspace-events", "Exg");
        subscriber.Call("PSUBSCRIBE", "__keyevent@*__:*");
        const int keys = 200;
        HashSet<string> seen = [];
        for (int i = 0; i < keys; i++)
            other.Call("SET", $"k{i}", "v", "PX", "1");
        // A part is found by the background, a part by these looks.
        for (int i = 0; i < keys; i += 2)
            other.Call("EXISTS", $"k{i}");
        for (int expired = 0; expired < keys;)
        {
            RespNode message = subscriber.Read();
            if (message.Items[2].Text == "__keyevent@0__:expire")
                continue;
            Assert.Equal("__keyevent@0__:expired", message.Items[2].Text);
            Assert.True(seen.Add(message.Items[3].Text), $"{message} came twice");
            expired++;
        }
    }

    [Fact]
    public void Evicted_keys_are_told_of()
    {
        using RespClient subscriber = _server.Connect(), other = _server.Connect();
        other.Call("CONFIG", "SET", "notify-keyspace-events", "Ee");
        other.Call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        subscriber.Call("SUBSCRIBE", "__keyevent@0__:evicted");
        for (int i = 0; i < 500; i++)
            other.Call("SET", $"k{i}", new string('v', 1000));
        other.Call("CONFIG", "SET", "maxmemory", "100kb");
        string key = subscriber.Read().Items[2].Text;
        Assert.StartsWith("k", key, StringComparison.Ordinal);
        Assert.Equal(0, other.Call("EXISTS", key).Integer);
    }
}
