using System.Collections.Concurrent;
using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Crash;

/// <summary>Several I/O threads over the same keys: histories never run backwards, sums are exact, transactions are isolated.</summary>
[Collection("Crash")]
public sealed class StressTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Readers_never_see_a_key_go_back(int threads)
    {
        const int writers = 4, keys = 8, writes = 1500;
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        ConcurrentQueue<string> wrong = [];
        bool done = false;
        Thread[] writing = [.. Enumerable.Range(0, writers).Select(w => new Thread(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            for (int n = 1; n <= writes; n += 10)
            {
                int first = n;
                foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(0, 10 * keys).Select(i => new[] { "SET", $"w{w}k{i % keys}", $"{first + i / keys}" })]))
                    Note(wrong, reply.Text == "OK", $"SET is answered {reply}");
            }
        })))];
        Thread[] reading = [.. Enumerable.Range(0, 3).Select(r => new Thread(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            long[] seen = new long[writers * keys];
            while (!Volatile.Read(ref done))
            {
                IReadOnlyList<RespNode> replies = client.Pipeline([.. Enumerable.Range(0, seen.Length).Select(i => new[] { "GET", $"w{i / keys}k{i % keys}" })]);
                for (int i = 0; i < seen.Length; i++)
                {
                    long value = replies[i].IsNull ? 0 : long.Parse(replies[i].Text, CultureInfo.InvariantCulture);
                    Note(wrong, value >= seen[i], $"key {i} was {seen[i]}, then {value}");
                    seen[i] = value;
                }
            }
        })))];
        RunAll(writing, reading, () => Volatile.Write(ref done, true));
        Assert.Empty(wrong);
        Check();
        server.Restart();
        Check();

        void Check()
        {
            using RespClient client = server.Connect();
            for (int i = 0; i < writers * keys; i++)
                Assert.Equal($"${writes}", client.Call("GET", $"w{i / keys}k{i % keys}").ToString());
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Totals_are_exact_and_transfers_keep_the_sum(int threads)
    {
        const int clients = 6, rounds = 300, accounts = 5;
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient observer = server.Connect();
        for (int i = 0; i < accounts; i++)
            observer.Call("SET", $"account{i}", "1000");
        ConcurrentQueue<string> wrong = [];
        int transfers = 0;
        Thread[] all = [.. Enumerable.Range(0, clients).Select(c => new Thread(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            Random random = new(c);
            for (int i = 0; i < rounds; i++)
            {
                client.Pipeline([["INCR", "total"], ["INCR", $"total{i % 3}"], ["INCRBY", "total", "2"]]);
                if (Transfer(client, random.Next(accounts), random.Next(accounts), random.Next(1, 50)))
                    Interlocked.Increment(ref transfers);
            }
        })))];
        bool done = false;
        Thread watching = new(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            while (!Volatile.Read(ref done))
            {
                RespNode balances = client.Call(["MGET", .. Enumerable.Range(0, accounts).Select(i => $"account{i}")]);
                Note(wrong, balances.Items.Sum(b => long.Parse(b.Text, CultureInfo.InvariantCulture)) == accounts * 1000, $"the sum is not kept: {balances}");
            }
        }));
        RunAll(all, [watching], () => Volatile.Write(ref done, true));
        Assert.Empty(wrong);
        Assert.True(transfers > rounds, $"only {transfers} transfers went through");
        Check();
        server.Restart();
        Check();

        void Check()
        {
            using RespClient client = server.Connect();
            Assert.Equal($"${clients * rounds * 3}", client.Call("GET", "total").ToString());
            Assert.Equal(clients * rounds, Enumerable.Range(0, 3).Sum(i => int.Parse(client.Call("GET", $"total{i}").Text, CultureInfo.InvariantCulture)));
            Assert.Equal(accounts * 1000, Enumerable.Range(0, accounts).Sum(i => int.Parse(client.Call("GET", $"account{i}").Text, CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void Whole_database_commands_among_single_ones_neither_hang_nor_mix()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "3");
        ConcurrentQueue<string> wrong = [];
        bool done = false;
        Thread[] single = [.. Enumerable.Range(0, 3).Select(c => new Thread(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            for (int i = 0; !Volatile.Read(ref done); i++)
            {
                foreach (RespNode reply in client.Pipeline([["SELECT", $"{i & 1}"], ["SET", $"k{i % 50}", "v", "PX", "20"], ["GET", $"k{i % 50}"], ["DEL", $"k{i % 50}"], ["KEYS", "*"], ["MULTI"], ["SET", $"k{c}", "v"], ["GET", $"k{c}"], ["EXEC"]]))
                    Note(wrong, !reply.IsError, reply.ToString());
            }
        })))];
        Thread whole = new(() => Guard(wrong, () =>
        {
            using RespClient client = server.Connect();
            for (int i = 0; i < 300; i++)
            {
                foreach (RespNode reply in client.Pipeline([["SWAPDB", "0", "1"], ["FLUSHDB"], ["DBSIZE"], ["SWAPDB", "1", "0"], ["FLUSHALL"]]))
                    Note(wrong, !reply.IsError, reply.ToString());
            }
        }));
        RunAll([whole], single, () => Volatile.Write(ref done, true));
        Assert.Empty(wrong);
    }

    // Moves money if nobody else touches the two accounts meanwhile.
    private static bool Transfer(RespClient client, int from, int to, int amount)
    {
        if (from == to)
            return false;
        client.Call("WATCH", $"account{from}", $"account{to}");
        long have = long.Parse(client.Call("GET", $"account{from}").Text, CultureInfo.InvariantCulture);
        long other = long.Parse(client.Call("GET", $"account{to}").Text, CultureInfo.InvariantCulture);
        client.Call("MULTI");
        client.Call("SET", $"account{from}", $"{have - amount}");
        client.Call("SET", $"account{to}", $"{other + amount}");
        return !client.Call("EXEC").IsNull;
    }

    private static void RunAll(Thread[] workers, Thread[] companions, Action stop)
    {
        foreach (Thread thread in (Thread[])[.. workers, .. companions])
            thread.Start();
        foreach (Thread thread in workers)
            thread.Join();
        stop();
        foreach (Thread thread in companions)
            thread.Join();
    }

    private static void Note(ConcurrentQueue<string> wrong, bool right, string what)
    {
        if (!right && wrong.Count < 20)
            wrong.Enqueue(what);
    }

    private static void Guard(ConcurrentQueue<string> wrong, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            wrong.Enqueue(e.ToString());
        }
    }
}
