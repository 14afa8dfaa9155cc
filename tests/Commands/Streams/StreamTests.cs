using System.Globalization;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Streams;

/// <summary>IDs that the server gives, what a restart brings back, and clients that wait for entries.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("5", 5UL, 0UL)]
    [InlineData("5-7", 5UL, 7UL)]
    [InlineData(" +05-007", 5UL, 7UL)]
    [InlineData("18446744073709551615-18446744073709551615", ulong.MaxValue, ulong.MaxValue)]
    public void An_id_is_read_as_redis_reads_it(string text, ulong ms, ulong seq)
    {
        Assert.True(StreamId.TryParse(System.Text.Encoding.ASCII.GetBytes(text), 0, out StreamId id));
        Assert.Equal(new StreamId(ms, seq), id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-5")]
    [InlineData("5-")]
    [InlineData("1-2-3")]
    [InlineData("5 ")]
    [InlineData("18446744073709551616")]
    [InlineData("1-99999999999999999999")]
    public void What_is_no_id_is_refused(string text) => Assert.False(StreamId.TryParse(System.Text.Encoding.ASCII.GetBytes(text), 0, out _));

    [Fact]
    public void Neighbours_of_ids_end_at_both_ends()
    {
        Assert.True(new StreamId(1, ulong.MaxValue).TryNext(out StreamId next));
        Assert.Equal(new StreamId(2, 0), next);
        Assert.True(new StreamId(2, 0).TryPrevious(out StreamId previous));
        Assert.Equal(new StreamId(1, ulong.MaxValue), previous);
        StreamId end = StreamId.Max, start = StreamId.Min;
        Assert.False(end.TryNext(out end));
        Assert.False(start.TryPrevious(out start));
    }

    // More in one millisecond than stand in place of an asterisk, large ones that are received into place, ones of EXEC and of scripts.
    [Fact]
    public void Ids_that_the_server_gives_are_as_redis_gives_them_and_outlive_a_restart()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect();
        List<string> given = [.. client.Pipeline([.. Enumerable.Range(0, 1000).Select(i => new[] { "XADD", "s", "*", "n", $"{i}" })]).Select(r => r.Text)];
        string large = new('v', 300_000);
        for (int i = 0; i < 20; i++)
            given.Add(client.Call("XADD", "s", "MAXLEN", "~", "1000000", "*", "n", large).Text);
        client.Call("MULTI");
        client.Call("XADD", "s", "*", "n", "x");
        client.Call("XADD", "s", "*", "n", "y");
        given.AddRange(client.Call("EXEC").Items.Select(r => r.Text));
        given.Add(client.Call("EVAL", "return redis.call('XADD', KEYS[1], '*', 'n', ARGV[1])", "1", "s", "*").Text);
        AssertSteps(given);
        string[] before = Entries(client);
        Assert.Equal(given, before.Select(e => e.Split(' ')[0]));
        for (int round = 0; round < 2; round++)
        {
            server.Restart();
            using RespClient again = server.Connect();
            Assert.Equal(before, Entries(again));
            string next = again.Call("XADD", "s", "*", "n", "z").Text;
            AssertSteps([given[^1], next]);
            Assert.Equal(1, again.Call("XDEL", "s", next).Integer);
        }
    }

    [Fact]
    public void A_stream_without_entries_outlives_a_restart_with_all_that_it_tells()
    {
        using PkvServer server = PkvServer.InProcess();
        using (RespClient client = server.Connect())
        {
            foreach (string line in (string[])["XADD a 5-1 f v", "XADD a 6-1 f v", "XDEL a 5-1 6-1", "XADD b 7-1 f v", "XADD b MAXLEN 0 8-1 f v", "XADD c 1-1 f v", "XSETID c 9-9 ENTRIESADDED 40 MAXDELETEDID 8-8", "PEXPIREAT b 4000000000000"])
                Assert.False(client.Call(line.Split(' ')).IsError);
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(["0", "6-1", "6-1", "2"], State(again, "a"));
        Assert.Equal(["0", "8-1", "0-0", "2"], State(again, "b"));
        Assert.Equal(["1", "9-9", "8-8", "40"], State(again, "c"));
        Assert.Equal(4_000_000_000_000, again.Call("PEXPIRETIME", "b").Integer);
        Assert.StartsWith("ERR The ID specified in XADD is equal or smaller", again.Call("XADD", "a", "6-1", "f", "v").Text, StringComparison.Ordinal);
    }

    // Readers of several threads, some of which wait for more than what comes first.
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Everybody_who_waits_for_an_entry_reads_it(string threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", threads);
        using RespClient writer = server.Connect();
        RespClient[] readers = [.. Enumerable.Range(0, 12).Select(_ => server.Connect())];
        writer.Call("XADD", "s", "1-1", "f", "0");
        for (int i = 0; i < readers.Length; i++)
            readers[i].Send("XREAD", "BLOCK", "0", "STREAMS", "none", "s", "$", i % 3 == 0 ? "2-1" : i % 3 == 1 ? "$" : "1-1");
        while (writer.Call("INFO", "clients").Text is var info && !info.Contains("blocked_clients:12", StringComparison.Ordinal))
            Thread.Yield();
        Assert.Equal("2-1", writer.Call("XADD", "s", "2-1", "f", "1").Text);
        for (int i = 0; i < readers.Length; i++)
        {
            if (i % 3 != 0)
                Assert.Equal("2-1", readers[i].Read().Items[0].Items[1].Items[0].Items[0].Text);
        }
        writer.Call("LPUSH", "none", "x");
        writer.Call("DEL", "none");
        Assert.Contains("blocked_clients:4", writer.Call("INFO", "clients").Text, StringComparison.Ordinal);
        writer.Call("MULTI");
        writer.Call("XADD", "s", "3-1", "f", "2");
        writer.Call("XADD", "s", "3-2", "f", "3");
        writer.Call("EXEC");
        for (int i = 0; i < readers.Length; i += 3)
            Assert.Equal(2, readers[i].Read().Items[0].Items[1].Items.Count);
        Assert.Contains("blocked_clients:0", writer.Call("INFO", "clients").Text, StringComparison.Ordinal);
        foreach (RespClient reader in readers)
            reader.Dispose();
    }

    private static string[] Entries(RespClient client) =>
        [.. client.Call("XRANGE", "s", "-", "+").Items.Select(e => $"{e.Items[0].Text} {string.Join(' ', e.Items[1].Items.Select(i => i.Text))}")];

    private static string[] State(RespClient client, string key)
    {
        IReadOnlyList<RespNode> info = client.Call("XINFO", "STREAM", key).Items;
        return [.. ((string[])["length", "last-generated-id", "max-deleted-entry-id", "entries-added"]).Select(name => info[info.ToList().FindIndex(i => i.Text == name) + 1].Text)];
    }

    // A new millisecond begins with 0; within one, each is one more.
    private static void AssertSteps(List<string> ids)
    {
        (ulong Ms, ulong Seq) last = default;
        foreach (string id in ids)
        {
            ulong[] parts = [.. id.Split('-').Select(p => ulong.Parse(p, CultureInfo.InvariantCulture))];
            Assert.True(last == default || (parts[0] == last.Ms ? parts[1] == last.Seq + 1 : parts[0] > last.Ms && parts[1] == 0), $"{id} after {last}");
            last = (parts[0], parts[1]);
        }
    }
}
