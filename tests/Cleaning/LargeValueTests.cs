using System.Globalization;
using System.Text;
using Pkv.Engine.Rdb;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Segments;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>A value that needs several adjacent slots finds them wherever the pool has room enough, live or garbage.</summary>
[Collection("Crash")]
public sealed class LargeValueTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData("dram", "1")]
    [InlineData("dram", "2")]
    [InlineData("file", "2")]
    public void A_pool_full_of_garbage_takes_values_of_many_slots(string medium, string threads)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", "258mb", "--io-threads", threads);
        using RespClient client = server.Connect();
        // A third lives, and lies everywhere.
        string value = new('v', 4000);
        Random random = new(1);
        for (int i = 0; i < 120_000; i += 100)
        {
            foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(0, 100).Select(_ => new[] { "SET", $"k{random.Next(20_000)}", value })]))
                Assert.Equal("+OK", reply.ToString());
        }
        long keys = client.Call("DBSIZE").Integer;
        foreach (int size in new[] { 5 * MiB, 9 * MiB, 20 * MiB, 40 * MiB })
        {
            for (int round = 0; round < 3; round++)
            {
                string large = new((char)('a' + round), size);
                Assert.Equal("+OK", client.Call("SET", "large", large).ToString());
                Assert.Equal(size, client.Call("STRLEN", "large").Integer);
            }
            client.Call("DEL", "large");
        }
        Assert.Equal(keys, client.Call("DBSIZE").Integer);
        Assert.Equal(value, client.Call("GET", client.Call("RANDOMKEY").Text).Text);
    }

    [Fact]
    public void Values_of_several_slots_are_moved_out_of_each_others_way()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "258mb");
        using RespClient client = server.Connect();
        // Runs of two slots with gaps of two between them: what is free lies nowhere together.
        // The large value is ready beforehand: a moment after the last small one was refused it is to be looked for again.
        string two = new('t', 6 * MiB), large = new('l', 38 * MiB);
        int stored = 0;
        while (client.Call("SET", $"two{stored}", two).ToString() == "+OK")
            stored++;
        for (int i = 0; i < stored; i += 2)
            client.Call("DEL", $"two{i}");
        Assert.Equal("+OK", client.Call("SET", "large", large).ToString());
        Assert.Equal(large.Length, client.Call("STRLEN", "large").Integer);
        for (int i = 1; i < stored; i += 2)
            Assert.Equal(two.Length, client.Call("STRLEN", $"two{i}").Integer);
        server.Restart();
        using RespClient again = server.Connect();
        for (int i = 1; i < stored; i += 2)
            Assert.Equal(two, again.Call("GET", $"two{i}").Text);
    }

    [Fact]
    public void Adjacent_slots_that_were_refused_are_looked_for_again_once_much_is_deleted()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "258mb");
        using RespClient client = server.Connect();
        string two = new('t', 6 * MiB);
        int stored = 0;
        while (client.Call("SET", $"two{stored}", two).ToString() == "+OK")
            stored++;
        SlotWindow window = server.Host.State.Cleaning.Window;
        bool wasLookedFor = window.Ask(10);
        client.Call(["DEL", .. Enumerable.Range(0, stored / 2).Select(i => $"two{i}")]);
        Assert.True(window.Ask(10), $"refused after the deletions; before them: {(wasLookedFor ? "not " : "")}refused");
    }

    // What the server writes itself need not lie in one stretch: nothing has to be moved for it.
    [Fact]
    public void Copies_and_results_of_several_slots_need_no_adjacent_ones()
    {
        const int size = 30 * MiB;
        using PkvServer server = PkvServer.InProcess("--pool-size", "358mb", "--io-threads", "1");
        string source = string.Concat(Enumerable.Range(0, size / 16).Select(n => n.ToString("d16", CultureInfo.InvariantCulture)));
        using (RespClient client = server.Connect())
        {
            Assert.Equal("+OK", client.Call("SET", "source", source).ToString());
            // Every fourth slot that is free is taken, and nothing that could be cleaned is in it.
            Pool pool = server.Host.State.Pool;
            List<Segment> taken = [];
            while (pool.TryOpen(1, AppendPurpose.Write) is { } opened)
                taken.Add(opened);
            foreach (Segment given in taken.Where(segment => segment.Slot % 4 != 0))
                pool.Seal(given);
            Wire.Eventually(() => pool.FreeSlots >= taken.Count * 3 / 4, "the others are free again");
            Assert.InRange(pool.LongestFreeRun(enough: 100), 3, size / (4 * MiB) - 1);
            Assert.Equal(1, client.Call("COPY", "source", "copy").Integer);
            Assert.Equal(source, client.Call("GET", "copy").Text);
            Assert.Equal(size, client.Call("BITOP", "NOT", "copy", "copy").Integer);
            Assert.Equal(Inverted(source), client.Call("GET", "copy").Text);
            const int repeats = size / 264;
            Assert.Equal("+OK", client.Call("RESTORE", "restored", "0", Packed('r', repeats)).ToString());
            Assert.Equal(new string('r', 264 * repeats + 1), client.Call("GET", "restored").Text);
            Assert.Equal("+OK", client.Call("RENAME", "source", "copy").ToString());
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(source, again.Call("GET", "copy").Text);
        Assert.Equal(size / 264 * 264 + 1, again.Call("STRLEN", "restored").Integer);
        Assert.Equal(0, again.Call("EXISTS", "source").Integer);
    }

    [Fact]
    public void Many_clients_overwrite_one_large_value()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "514mb", "--io-threads", "2");
        const int size = 60 * MiB;
        List<string> wrong = [];
        Thread[] clients = [.. Enumerable.Range(0, 6).Select(n => new Thread(() =>
        {
            using RespClient client = server.Connect();
            string value = new((char)('a' + n), size);
            for (int round = 0; round < 3; round++)
            {
                string reply = client.Call("SET", "one", value).ToString();
                lock (wrong)
                    wrong.AddRange(reply == "+OK" ? [] : [reply]);
            }
        }))];
        foreach (Thread client in clients)
            client.Start();
        foreach (Thread client in clients)
            client.Join();
        Assert.Empty(wrong);
    }

    [Fact]
    public void Other_clients_go_on_while_a_large_value_waits_and_one_that_never_fits_is_refused()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "130mb");
        using RespClient client = server.Connect(), other = server.Connect();
        string value = new('v', 200_000);
        for (int i = 0; i < 300; i++)
            Assert.Equal("+OK", client.Call("SET", $"k{i}", value).ToString());
        Assert.StartsWith("OOM", client.Call("SET", "large", new string('l', 90 * MiB)).Text, StringComparison.Ordinal);
        Assert.Equal(value, other.Call("GET", "k7").Text);
        Assert.Equal("+OK", other.Call("SET", "k7", "x").ToString());
        Wire.Eventually(() => !server.Host.State.Pool.IsWithholding, "nothing is withheld for a value that was refused");
    }

    private static string Inverted(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = (char)(~from[i] & 0xFF);
    });

    // A DUMP of one character, compressed: each three bytes repeat it 264 times.
    private static string Packed(char c, int repeats)
    {
        byte[] text = [0, (byte)c, .. Enumerable.Repeat<byte[]>([0xE0, 0xFF, 0], repeats).SelectMany(b => b)];
        using RdbOutput dump = new();
        dump.Append([(byte)RdbType.String, 0xC3]);
        dump.AppendLength((ulong)text.Length);
        dump.AppendLength((ulong)(264 * repeats + 1));
        dump.Append(text);
        DumpFooter.Append(dump);
        return Encoding.Latin1.GetString(dump.Written);
    }
}
