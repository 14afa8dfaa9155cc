using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Hashes;

/// <summary>Large hashes against a dictionary: writes, reads in every form, a scan beside writes, and all of it after a restart.</summary>
public sealed class HashModelTests
{
    private const int Seed = 20261122;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_large_hash_is_what_a_dictionary_is_and_stays_so_after_a_restart(int ioThreads)
    {
        using var server = PkvServer.InProcess("--io-threads", $"{ioThreads}");
        var model = new Dictionary<string, string>();
        using (RespClient client = server.Connect())
        {
            Fill(client, model, new Random(Seed), 40_000);
            Check(client, model);
        }

        server.Restart();
        using RespClient again = server.Connect();
        Check(again, model);
        Fill(again, model, new Random(Seed + 1), 5_000);
        Check(again, model);
    }

    [Fact]
    public void A_scan_tells_each_field_that_is_there_all_the_time_exactly_once()
    {
        using var server = new PkvServer();
        using RespClient client = server.Connect();
        string[] stable = [.. Enumerable.Range(0, 3000).Select(i => $"stable{i}")];
        client.Call(["HSET", "h", .. stable.SelectMany(field => new[] { field, "v" })]);
        var random = new Random(Seed);
        var seen = new List<string>();
        string cursor = "0";
        do
        {
            // Others come and go, and the tree splits and joins its leaves under the walk.
            client.Pipeline([.. Enumerable.Range(0, 40).Select(_ => new[] { "HSET", "h", $"other{random.Next(4000)}", "x" })]);
            client.Pipeline([.. Enumerable.Range(0, 40).Select(_ => new[] { "HDEL", "h", $"other{random.Next(4000)}" })]);
            RespNode reply = client.Call("HSCAN", "h", cursor, "COUNT", "50");
            cursor = reply.Items[0].Text;
            Assert.InRange(double.Parse(cursor, CultureInfo.InvariantCulture), 0, 9007199254740992);
            seen.AddRange(reply.Items[1].Items.Where((_, i) => i % 2 == 0).Select(item => item.Text));
        }
        while (cursor != "0");
        Assert.Equal(stable.Order(StringComparer.Ordinal), seen.Where(field => field[0] == 's').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Random_fields_are_different_ones_of_the_hash_and_all_of_them_come()
    {
        using var server = new PkvServer();
        using RespClient client = server.Connect();
        client.Call(["HSET", "h", .. Enumerable.Range(0, 200).SelectMany(i => new[] { $"f{i}", $"v{i}" })]);
        foreach (int count in (int[])[1, 10, 64, 65, 150, 199, 200, 500])
        {
            RespNode reply = client.Call("HRANDFIELD", "h", $"{count}", "WITHVALUES");
            string[] fields = [.. reply.Items.Where((_, i) => i % 2 == 0).Select(item => item.Text)];
            Assert.Equal(Math.Min(count, 200), fields.Distinct().Count());
            Assert.Equal(fields.Length * 2, reply.Items.Count);
            Assert.All(reply.Items.Chunk(2), pair => Assert.Equal(pair[0].Text[1..], pair[1].Text[1..]));
        }

        // That one of 200 stays away in 10,000 draws has a chance of 200 · e^-50.
        Assert.Equal(200, client.Call("HRANDFIELD", "h", "-10000").Items.Select(item => item.Text).Distinct().Count());
    }

    private static void Fill(RespClient client, Dictionary<string, string> model, Random random, int commands)
    {
        var batch = new List<string[]>();
        for (int i = 0; i < commands; i++)
        {
            string field = $"field:{random.Next(15_000)}", value = $"{random.NextInt64(-1_000_000, 1_000_000)}";
            switch (random.Next(6))
            {
                case 0:
                    model.Remove(field);
                    batch.Add(["HDEL", "h", field]);
                    break;
                case 1:
                    model.TryAdd(field, value);
                    batch.Add(["HSETNX", "h", field, value]);
                    break;
                case 2:
                    model[field] = $"{(model.TryGetValue(field, out string? old) ? long.Parse(old, CultureInfo.InvariantCulture) : 0) + 7}";
                    batch.Add(["HINCRBY", "h", field, "7"]);
                    break;
                default:
                    string second = $"field:{random.Next(15_000)}";
                    model[field] = value;
                    model[second] = $"{i}";
                    batch.Add(["HSET", "h", field, value, second, $"{i}"]);
                    break;
            }
        }

        Assert.DoesNotContain(client.Pipeline(batch), reply => reply.IsError);
    }

    private static void Check(RespClient client, Dictionary<string, string> model)
    {
        Assert.Equal(model.Count, client.Call("HLEN", "h").Integer);
        RespNode all = client.Call("HGETALL", "h");
        Assert.Equal(model.OrderBy(p => p.Key, StringComparer.Ordinal), all.Items.Chunk(2).Select(p => KeyValuePair.Create(p[0].Text, p[1].Text)).OrderBy(p => p.Key, StringComparer.Ordinal));
        Assert.Equal(all.Items.Where((_, i) => i % 2 == 0), client.Call("HKEYS", "h").Items);
        Assert.Equal(all.Items.Where((_, i) => i % 2 == 1), client.Call("HVALS", "h").Items);
        string[] asked = [.. model.Keys.Take(500), "none"];
        Assert.Equal(asked.Select(field => model.GetValueOrDefault(field, "")), client.Call(["HMGET", "h", .. asked]).Items.Select(item => item.Text));
    }
}
