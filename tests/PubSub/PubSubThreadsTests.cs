using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.PubSub;

/// <summary>Messages from I/O thread to I/O thread: all arrive, in each publisher's order, and one who does not read harms nobody.</summary>
public sealed class PubSubThreadsTests : IDisposable
{
    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "2");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Each_publishers_order_is_kept()
    {
        const int messages = 5_000;
        RespClient[] subscribers = Connect(4), publishers = Connect(3);
        foreach (RespClient subscriber in subscribers)
            subscriber.Call("SUBSCRIBE", "news");
        Assert.Equal(2, _server.Host.State.Threads.Count(thread => thread.ConnectionCount > 0));
        Parallel.For(0, publishers.Length, p =>
        {
            IReadOnlyList<RespNode> replies = publishers[p].Pipeline([.. Enumerable.Range(0, messages).Select(i => new[] { "PUBLISH", "news", $"{p}:{i}" })]);
            Assert.All(replies, reply => Assert.Equal(subscribers.Length, reply.Integer));
        });
        foreach (RespClient subscriber in subscribers)
        {
            int[] next = new int[publishers.Length];
            for (int i = 0; i < messages * publishers.Length; i++)
            {
                string[] payload = subscriber.Read().Items[2].Text.Split(':');
                int publisher = int.Parse(payload[0], CultureInfo.InvariantCulture);
                Assert.Equal(next[publisher]++, int.Parse(payload[1], CultureInfo.InvariantCulture));
            }
        }
        Close(subscribers, publishers);
    }

    [Fact]
    public async Task Long_messages_reach_all_whole()
    {
        RespClient[] subscribers = Connect(6), publishers = Connect(2);
        for (int i = 0; i < subscribers.Length; i++)
        {
            if (i % 2 == 0)
                subscribers[i].Call("HELLO", "3");
            subscribers[i].Call(i % 3 == 0 ? "PSUBSCRIBE" : "SUBSCRIBE", "big");
        }
        string[] payloads = [.. Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 300_000 * (i % 3) + i))];
        Task publishing = Task.Run(() => Assert.All(
            publishers[0].Pipeline([.. payloads.Select(payload => new[] { "PUBLISH", "big", payload })]),
            reply => Assert.Equal(subscribers.Length, reply.Integer)), TestContext.Current.CancellationToken);
        for (int i = 0; i < subscribers.Length; i++)
        {
            foreach (string payload in payloads)
            {
                RespNode message = subscribers[i].Read();
                Assert.Equal(i % 2 == 0 ? '>' : '*', message.Kind);
                Assert.True(message.Items[^1].Text == payload, $"a message of {payload.Length} bytes came changed");
            }
        }
        await publishing;
        Close(subscribers, publishers);
    }

    [Fact]
    public void Who_does_not_read_is_closed_and_harms_nobody()
    {
        RespClient[] subscribers = Connect(4), publishers = Connect(2);
        Assert.Equal("+OK", publishers[0].Call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 4mb 0 0").ToString());
        foreach (RespClient subscriber in subscribers)
            subscriber.Call("SUBSCRIBE", "flood");
        RespClient[] lazy = subscribers[..2], keen = subscribers[2..];
        string payload = new('x', 100_000);
        int told = 0;
        for (int i = 0; i < 400; i++)
        {
            told = (int)publishers[i % 2].Call("PUBLISH", "flood", payload).Integer;
            foreach (RespClient subscriber in keen)
                Assert.Equal(payload.Length, subscriber.Read().Items[2].Text.Length);
        }
        Assert.Equal(keen.Length, told);
        Assert.Contains("\r\nclient_output_limit_disconnections:2\r\n", publishers[0].Call("INFO", "stats").Text, StringComparison.Ordinal);
        foreach (RespClient subscriber in lazy)
            ReadToEnd(subscriber);
        Close(subscribers, publishers);
    }

    [Fact]
    public void What_was_published_before_UNSUBSCRIBE_comes_before_its_confirmation()
    {
        RespClient[] subscribers = Connect(2), publishers = Connect(2);
        for (int round = 0; round < 300; round++)
        {
            foreach (RespClient subscriber in subscribers)
            {
                subscriber.Call("SUBSCRIBE", "x");
                subscriber.Call("SUBSCRIBE", "y");
            }
            Assert.Equal(2, publishers[round % 2].Call("PUBLISH", "x", "last words").Integer);
            foreach (RespClient subscriber in subscribers)
            {
                subscriber.Send("UNSUBSCRIBE", "x");
                Assert.Equal("*[$message, $x, $last words]", subscriber.Read().ToString());
                Assert.Equal("*[$unsubscribe, $x, :1]", subscriber.Read().ToString());
                Assert.Equal("*[$unsubscribe, $y, :0]", subscriber.Call("UNSUBSCRIBE", "y").ToString());
            }
        }
        Close(subscribers, publishers);
    }

    [Fact]
    public async Task Subscribers_that_come_and_go_while_others_publish_stay_in_step()
    {
        using CancellationTokenSource end = new();
        RespClient[] publishers = Connect(2), subscribers = Connect(4);
        Task[] publishing = [.. publishers.Select(publisher => Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
                publisher.Pipeline([.. Enumerable.Range(0, 50).Select(i => new[] { "PUBLISH", i % 2 == 0 ? "x" : "y", "m" })]);
        }))];
        Parallel.ForEach(subscribers, subscriber =>
        {
            for (int round = 0; round < 300; round++)
            {
                // Once the last confirmation is there, the next thing must be the reply: no message strays behind it.
                subscriber.Send("SUBSCRIBE", "x", "y");
                subscriber.Send("PSUBSCRIBE", "*");
                subscriber.Send("UNSUBSCRIBE");
                subscriber.Send("PUNSUBSCRIBE");
                for (RespNode node = subscriber.Read(); node.Items[0].Text != "punsubscribe"; node = subscriber.Read())
                    Assert.Contains(node.Items[0].Text, (string[])["subscribe", "psubscribe", "unsubscribe", "message", "pmessage"]);
                Assert.Equal("+PONG", subscriber.Call("PING").ToString());
            }
        });
        await end.CancelAsync();
        await Task.WhenAll(publishing);
        Close(subscribers, publishers);
        Assert.True(SpinWait.SpinUntil(() => !_server.Host.State.PubSub.HasListeners, 5000));
    }

    private RespClient[] Connect(int count) => [.. Enumerable.Range(0, count).Select(_ => _server.Connect())];

    private static void Close(params RespClient[][] clients)
    {
        foreach (RespClient client in clients.SelectMany(c => c))
            client.Dispose();
    }

    private static void ReadToEnd(RespClient client)
    {
        byte[] buffer = new byte[1 << 16];
        client.Socket.ReceiveTimeout = 10_000;
        try
        {
            while (client.Socket.Receive(buffer) > 0)
            {
            }
        }
        catch (System.Net.Sockets.SocketException e) when (e.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionReset)
        {
            // Closed with bytes unsent.
        }
    }
}
