using System.Collections.Concurrent;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>Blocking commands over several I/O threads: nobody is forgotten, nothing is lost or served twice.</summary>
public sealed class BlockingThreadsTests : IDisposable
{
    private const int Threads = 3;

    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", $"{Threads}");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Clients_of_all_threads_are_served_in_the_order_in_which_they_came()
    {
        using RespClient pusher = _server.Connect();
        RespClient[] waiting = [.. Enumerable.Range(0, 9).Select(_ => _server.Connect())];
        foreach (RespClient client in waiting)
            Waiting.Begin(pusher, client, "BLPOP", "a", "0");
        pusher.Call(["RPUSH", "a", .. Enumerable.Range(0, waiting.Length).Select(i => $"{i}")]);
        for (int i = 0; i < waiting.Length; i++)
        {
            Assert.Equal($"{i}", waiting[i].Read().Items[1].Text);
            waiting[i].Dispose();
        }
        Assert.Equal(0, pusher.Call("EXISTS", "a").Integer);
    }

    [Fact]
    public void A_client_that_leaves_does_not_keep_the_queue_from_being_served()
    {
        using RespClient pusher = _server.Connect(), last = _server.Connect();
        RespClient[] leaving = [.. Enumerable.Range(0, 6).Select(_ => _server.Connect())];
        foreach (RespClient client in leaving)
            Waiting.Begin(pusher, client, "BLPOP", "a", "0");
        Waiting.Begin(pusher, last, "BLPOP", "a", "0");
        foreach (RespClient client in leaving)
            client.Dispose();
        Waiting.Until(() => pusher.Call("INFO", "clients").Text.Contains("blocked_clients:1\r\n", StringComparison.Ordinal));
        pusher.Call("RPUSH", "a", "x");
        Assert.Equal("x", last.Read().Items[1].Text);
    }

    [Fact]
    public async Task Every_element_of_a_queue_goes_to_exactly_one_consumer()
    {
        const int producers = 3, consumers = 5, each = 2000;
        ConcurrentBag<string> taken = [];
        Task[] consuming = [.. Enumerable.Range(0, consumers).Select(n => Task.Run(() => Consume(n, taken)))];
        Task[] producing = [.. Enumerable.Range(0, producers).Select(n => Task.Run(() => Produce(n, each)))];
        await Task.WhenAll(producing);
        using RespClient client = _server.Connect();
        for (int i = 0; i < consumers; i++)
            client.Call("RPUSH", "queue", "end");
        await Task.WhenAll(consuming);
        Assert.Equal(producers * each, taken.Count);
        Assert.Equal(producers * each, taken.Distinct().Count());
        Assert.Equal(0, client.Call("EXISTS", "queue", "taken").Integer);
    }

    private void Produce(int number, int count)
    {
        using RespClient client = _server.Connect();
        for (int i = 0; i < count; i++)
        {
            if (i % 3 == 0)
                client.Call("LPUSH", "queue", $"{number}:{i}");
            else
                client.Pipeline([["MULTI"], ["RPUSH", "queue", $"{number}:{i}"], ["EXEC"]]);
        }
    }

    // By every blocking command in turn; a move goes through a list of the consumer's own.
    private void Consume(int number, ConcurrentBag<string> taken)
    {
        using RespClient client = _server.Connect();
        for (int i = 0; ; i++)
        {
            string value;
            switch (i % 4)
            {
                case 0:
                    value = client.Call("BLPOP", "none", "queue", "0").Items[1].Text;
                    break;
                case 1:
                    value = client.Call("BLMPOP", "0", "2", "queue", "none", "LEFT").Items[1].Items[0].Text;
                    break;
                case 2:
                    value = client.Call("BLMOVE", "queue", $"own{number}", "LEFT", "RIGHT", "0").Text;
                    Assert.Equal(value, client.Call("LPOP", $"own{number}").Text);
                    break;
                default:
                    RespNode reply = client.Call("BLPOP", "queue", "0.002");
                    if (reply.IsNull)
                        continue;
                    value = reply.Items[1].Text;
                    break;
            }
            // Elements pushed to the head may come after an end; another consumer takes the end then.
            if (value == "end")
                return;
            taken.Add(value);
        }
    }
}
