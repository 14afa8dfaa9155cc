using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>A client subscribes to 40,000 names in one command, or leaves with them: others are served meanwhile, and messages keep their order.</summary>
public sealed class ManySubscriptionsTests
{
    private const int Names = 40_000;
    private static readonly string[] s_names = [.. Enumerable.Range(0, Names).Select(i => $"n{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_comes_after_its_confirmation_and_none_after_the_end(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient subscriber = server.Connect();
        using CancellationTokenSource over = new();
        // A task: what goes wrong in a thread of its own would hang the run.
        Task publisher = Task.Run(() => PublishTo(server, ["n0", $"n{Names / 2}", $"n{Names - 1}"], over.Token), CancellationToken.None);
        try
        {
            subscriber.Send(["SUBSCRIBE", .. s_names]);
            Assert.True(Confirm(subscriber, "subscribe", begins: true) > 0, "no message came in the middle");
            subscriber.Send(["UNSUBSCRIBE", .. s_names]);
            Confirm(subscriber, "unsubscribe", begins: false);
            Assert.Equal("PONG", subscriber.Call("PING").Text);
        }
        finally
        {
            await over.CancelAsync();
            await publisher;
        }
        Assert.True(server.Host.State.Threads.Sum(t => t.Inner.Count) > 0, "nobody was served in the middle");
    }

    [Fact]
    public void What_was_published_in_the_same_turn_goes_out_before_the_confirmations()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient listener = server.Connect(), client = server.Connect();
        listener.Send("SUBSCRIBE", "heard");
        listener.Read();
        client.Call("HELLO", "3");
        // Few enough to come in one receive, and enough to take several milliseconds.
        string[] names = s_names[..4000];
        byte[] both = [.. RespClient.Encode("PUBLISH", "heard", "x"), .. RespClient.Encode(["UNSUBSCRIBE", .. names])];
        for (int round = 0; round < 10; round++)
        {
            client.Send(["SUBSCRIBE", .. names]);
            foreach (string name in names)
                Assert.Equal(name, client.Read().Items[1].Text);
            // One after the other in one turn: the outbox is not empty when the second begins.
            client.SendRaw(both);
            Assert.Equal(1, client.Read().Integer);
            foreach (string name in names)
                Assert.Equal(name, client.Read().Items[1].Text);
            Assert.Equal("x", listener.Read().Items[2].Text);
        }
    }

    [Theory]
    [InlineData("SUBSCRIBE")]
    [InlineData("PSUBSCRIBE")]
    [InlineData("SSUBSCRIBE")]
    public void Who_leaves_with_many_is_counted_no_more_before_long(string command)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "2");
        using RespClient other = server.Connect();
        using (RespClient subscriber = server.Connect())
        {
            subscriber.Send([command, .. s_names]);
            Confirm(subscriber, command.ToLowerInvariant(), begins: true);
            Assert.Equal(Names, Registered(server));
        }
        Assert.True(SpinWait.SpinUntil(() => Registered(server) == 0, 60_000));
        Assert.Equal(0, other.Call("PUBLISH", "n0", "x").Integer);
        Assert.Equal("*[]", other.Call("PUBSUB", "CHANNELS").ToString());
    }

    [Fact]
    public void After_RESET_nothing_is_left_of_many()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient subscriber = server.Connect();
        subscriber.Send(["SUBSCRIBE", .. s_names]);
        Confirm(subscriber, "subscribe", begins: true);
        Assert.Equal("RESET", subscriber.Call("RESET").Text);
        Assert.Equal(0, Registered(server));
        Assert.Equal("OK", subscriber.Call("SET", "k", "v").Text);
    }

    [Fact]
    public void Who_is_killed_in_the_middle_leaves_nothing()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient other = server.Connect();
        for (int round = 0; round < 5; round++)
        {
            using RespClient subscriber = server.Connect();
            long id = subscriber.Call("CLIENT", "ID").Integer;
            subscriber.Send(["SUBSCRIBE", .. s_names]);
            // In the middle when it may be, else before or after.
            Assert.Equal(1, other.Call("CLIENT", "KILL", "ID", $"{id}").Integer);
            Assert.True(SpinWait.SpinUntil(() => Registered(server) == 0 && !other.Call("CLIENT", "LIST").Text.Contains($"id={id} ", StringComparison.Ordinal), 60_000));
        }
    }

    private static int Registered(PkvServer server) =>
        server.Host.State.PubSub.Channels.Count + server.Host.State.PubSub.Patterns.Names.Length + server.Host.State.PubSub.ShardChannels.Count;

    // Reads until all names are confirmed, in their order. Returns how many messages came in between.
    private static int Confirm(RespClient subscriber, string word, bool begins)
    {
        int confirmed = 0, messages = 0;
        while (confirmed < Names)
        {
            RespNode node = subscriber.Read();
            string name = node.Items[1].Text;
            if (node.Items[0].Text == "message")
            {
                int number = int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(begins == number < confirmed, $"a message for {name} with {confirmed} of the names confirmed");
                messages++;
                continue;
            }
            Assert.Equal((word, s_names[confirmed]), (node.Items[0].Text, name));
            confirmed++;
        }
        return messages;
    }

    private static void PublishTo(PkvServer server, string[] names, CancellationToken over)
    {
        using RespClient client = server.Connect();
        while (!over.IsCancellationRequested)
        {
            foreach (string name in names)
                client.Call("PUBLISH", name, "m");
        }
    }
}
