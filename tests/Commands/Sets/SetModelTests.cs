using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Sets;

/// <summary>Large sets against .NET's: algebra, pops, moves, and all of it after a restart; a STORE that finds no room.</summary>
public sealed class SetModelTests
{
    private const int Seed = 20261122;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Operations_are_those_of_sets_and_their_results_stay_after_a_restart(int ioThreads)
    {
        using var server = PkvServer.InProcess("--io-threads", $"{ioThreads}");
        var random = new Random(Seed);
        HashSet<string>[] sets = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Range(0, 1000 * (i + 1)).Select(_ => $"m{random.Next(8000)}").ToHashSet())];
        string[] names = ["a", "b", "c", "d", "e"];
        Dictionary<string, HashSet<string>> stored = [];
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < sets.Length; i++)
                Assert.Equal(sets[i].Count, client.Call(["SADD", names[i], .. sets[i]]).Integer);
            for (int round = 0; round < 30; round++)
            {
                int[] drawn = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(sets.Length))];
                string[] keys = [.. drawn.Select(i => names[i])];
                Check(client, "SINTER", keys, stored, drawn.Skip(1).Aggregate(sets[drawn[0]].AsEnumerable(), (all, i) => all.Intersect(sets[i])));
                Check(client, "SUNION", keys, stored, drawn.SelectMany(i => sets[i]).Distinct());
                Check(client, "SDIFF", keys, stored, drawn.Skip(1).Aggregate(sets[drawn[0]].AsEnumerable(), (all, i) => all.Except(sets[i])));
            }
        }

        server.Restart();
        using RespClient again = server.Connect();
        for (int i = 0; i < sets.Length; i++)
            Assert.Equal(sets[i].Order(StringComparer.Ordinal), Members(again.Call("SMEMBERS", names[i])));
        foreach ((string key, HashSet<string> members) in stored)
            Assert.Equal(members.Order(StringComparer.Ordinal), Members(again.Call("SMEMBERS", key)));
    }

    [Fact]
    public void What_was_popped_and_moved_stays_so_after_a_kill()
    {
        using var server = PkvServer.Child();
        var left = Enumerable.Range(0, 3000).Select(i => $"m{i}").ToHashSet();
        var moved = new HashSet<string>();
        using (RespClient client = server.Connect())
        {
            client.Call(["SADD", "s", .. left]);
            foreach (int count in (int[])[1, 7, 64, 65, 500, 1500])
            {
                RespNode popped = client.Call("SPOP", "s", $"{count}");
                Assert.Equal(count, popped.Items.Count);
                Assert.All(popped.Items, member => Assert.True(left.Remove(member.Text), member.Text));
                Assert.Equal(left.Count, client.Call("SCARD", "s").Integer);
            }

            for (int i = 0; i < 50; i++)
                Assert.True(left.Remove(client.Call("SPOP", "s").Text));
            foreach (string member in left.Take(100).ToArray())
            {
                Assert.Equal(1, client.Call("SMOVE", "s", "t", member).Integer);
                left.Remove(member);
                moved.Add(member);
            }
        }

        server.Kill();
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal(left.Order(StringComparer.Ordinal), Members(again.Call("SMEMBERS", "s")));
        Assert.Equal(moved.Order(StringComparer.Ordinal), Members(again.Call("SMEMBERS", "t")));
        Assert.Equal(left.Count, again.Call("SPOP", "s", "100000").Items.Count);
        server.Kill();
        server.Start();
        using RespClient last = server.Connect();
        Assert.Equal("*[:0, :100]", $"*[{last.Call("EXISTS", "s")}, {last.Call("SCARD", "t")}]");
    }

    [Fact]
    public void A_store_that_finds_no_room_leaves_its_target_as_it_was()
    {
        using var server = PkvServer.InProcess("--pool-size", "64mb");
        using RespClient client = server.Connect();
        string large = new('x', 100_000);
        for (int i = 0; i < 100; i++)
            client.Call("SADD", "source", $"{i}{large}");
        client.Call("SADD", "target", "kept");
        // Until not even a small value has room.
        int added = 0;
        while (!client.Call("SET", $"fill{added}", large).IsError)
            added++;
        Assert.NotEqual(0, added);
        RespNode reply = client.Call("SUNIONSTORE", "target", "source");
        Assert.StartsWith("OOM", reply.Text, StringComparison.Ordinal);
        Assert.Equal("*[$kept]", client.Call("SMEMBERS", "target").ToString());
        // What only removes has room all the same.
        Assert.Equal(60, client.Call("SPOP", "source", "60").Items.Count);
        Assert.Equal(1, client.Call("SREM", "target", "kept").Integer);
        Assert.Equal(0, client.Call("EXISTS", "target").Integer);
    }

    private static void Check(RespClient client, string command, string[] keys, Dictionary<string, HashSet<string>> stored, IEnumerable<string> expected)
    {
        string[] members = [.. expected.Order(StringComparer.Ordinal)];
        Assert.Equal(members, Members(client.Call([command, .. keys])));
        if (command == "SINTER")
        {
            Assert.Equal(members.Length, client.Call(["SINTERCARD", $"{keys.Length}", .. keys]).Integer);
            Assert.Equal(Math.Min(3, members.Length), client.Call(["SINTERCARD", $"{keys.Length}", .. keys, "LIMIT", "3"]).Integer);
        }

        string target = $"{command}:{stored.Count % 7}";
        Assert.Equal(members.Length, client.Call([command + "STORE", target, .. keys]).Integer);
        stored[target] = [.. members];
    }

    private static IEnumerable<string> Members(RespNode reply) => reply.Items.Select(item => item.Text).Order(StringComparer.Ordinal);
}
