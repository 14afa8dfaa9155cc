using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Keys;

/// <summary>What walks over the keyspace promise while it changes.</summary>
public sealed class ScanTests(PkvServer pkv) : IClassFixture<PkvServer>
{
    [Fact]
    public void Scan_tells_every_key_that_stays_while_others_come_and_go()
    {
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
        const int kept = 3000;
        client.Pipeline([.. Enumerable.Range(0, kept).Select(i => new[] { "SET", $"kept:{i}", "v" })]);
        var told = new HashSet<string>();
        string cursor = "0";
        int round = 0;
        do
        {
            RespNode reply = client.Call("SCAN", cursor, "COUNT", "50");
            cursor = reply.Items[0].Text;
            foreach (RespNode key in reply.Items[1].Items)
                told.Add(key.Text);
            // Grows the index through many splits, and empties stripes again.
            int from = round * 700;
            client.Pipeline([.. Enumerable.Range(from, 700).Select(i => new[] { "SET", $"new:{i}", "v" })]);
            if (round % 3 == 2)
                client.Pipeline([.. Enumerable.Range(0, from + 700).Select(i => new[] { "DEL", $"new:{i}" })]);
            Assert.True(++round < 5000, "the scan does not end");
        }
        while (cursor != "0");
        Assert.Equal(kept, told.Count(k => k.StartsWith("kept:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Scan_goes_on_after_the_database_was_flushed()
    {
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
        client.Pipeline([.. Enumerable.Range(0, 20_000).Select(i => new[] { "SET", $"k{i}", "v" })]);
        string cursor = client.Call("SCAN", "0", "COUNT", "1000").Items[0].Text;
        client.Call("FLUSHDB");
        RespNode reply = client.Call("SCAN", cursor);
        Assert.Equal("0", reply.Items[0].Text);
        Assert.Empty(reply.Items[1].Items);
    }

    [Fact]
    public void Scan_and_keys_tell_each_key_once_when_nothing_changes()
    {
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
        const int count = 30_000;
        client.Pipeline([.. Enumerable.Range(0, count).Select(i => new[] { "SET", $"k{i}", "v" })]);
        client.Pipeline([.. Enumerable.Range(0, 1000).Select(i => new[] { "SET", $"gone{i}", "v", "PXAT", "1" })]);
        Assert.Equal(count, client.Call("KEYS", "*").Items.Select(k => k.Text).Distinct().Count());
        Assert.Equal(10, client.Call("KEYS", "k777?").Items.Count);
        var told = new List<string>();
        string cursor = "0";
        do
        {
            RespNode reply = client.Call("SCAN", cursor, "COUNT", "100", "MATCH", "k*");
            cursor = reply.Items[0].Text;
            told.AddRange(reply.Items[1].Items.Select(k => k.Text));
        }
        while (cursor != "0");
        Assert.Equal(count, told.Count);
        Assert.Equal(count, told.Distinct().Count());
    }

    [Fact]
    public void Randomkey_picks_all_keys_about_equally_and_no_expired_one()
    {
        using RespClient client = pkv.Connect();
        client.Call("FLUSHALL");
        client.Pipeline([.. Enumerable.Range(0, 10).Select(i => new[] { "SET", $"k{i}", "v" })]);
        client.Call("SET", "gone", "v", "PXAT", "1");
        const int draws = 4000;
        var counts = client.Pipeline([.. Enumerable.Range(0, draws).Select(_ => new[] { "RANDOMKEY" })])
            .GroupBy(r => r.Text).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(10, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, 280, 520)); // 400 expected; six standard deviations are 114
    }
}
