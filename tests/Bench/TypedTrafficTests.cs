using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Types;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>What the verb types asks, and that no wrong reply passes.</summary>
public sealed unsafe class TypedTrafficTests
{
    private const int Keys = 2000, Connections = 4, Pipeline = 4;

    public static TheoryData<string> Shapes => [.. TypedShapes.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Right_replies_split_at_every_byte_are_accepted(string name)
    {
        using Exchanges exchanges = new(name);
        byte[] replies = exchanges.Next();
        for (int split = 0; split <= replies.Length; split++)
        {
            int first = exchanges.Traffic.Accept(replies.AsSpan(0, split));
            Assert.Equal(Pipeline - first, exchanges.Traffic.Remaining);
            Assert.Equal(Pipeline - first, exchanges.Traffic.Accept(replies.AsSpan(split)));
            replies = exchanges.Next();
            if (split >= replies.Length) break;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_reply_with_any_wrong_byte_is_refused(string name)
    {
        using Exchanges exchanges = new(name);
        int bytes = exchanges.Next().Length;
        for (int i = 0; i < bytes; i++)
        {
            byte[] replies = exchanges.Next();
            if (i >= replies.Length || exchanges.IsUncompared(i)) continue;
            replies[i] ^= 1;
            Assert.Throws<BadReplyException>(() => exchanges.Traffic.Accept(replies));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_error_or_a_null_is_refused_though_more_bytes_are_awaited(string name)
    {
        foreach (string wrong in (string[])["-ERR unknown command\r\n", "$-1\r\n", "*0\r\n", ":7\r\n", "_\r\n"])
        {
            using Exchanges exchanges = new(name);
            exchanges.Next();
            Assert.Throws<BadReplyException>(() => exchanges.Traffic.Accept(BenchHelpers.Ascii(wrong)));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Bytes_beyond_the_last_reply_are_refused(string name)
    {
        using Exchanges exchanges = new(name);
        byte[] replies = exchanges.Next();
        exchanges.Traffic.Accept(replies);
        Assert.Throws<BadReplyException>(() => exchanges.Traffic.Accept(":1\r\n"u8));
    }

    [Fact]
    public void The_fields_of_a_record_may_come_in_any_order_but_each_once()
    {
        using Exchanges exchanges = new("hgetall");
        byte[] replies = exchanges.Next();
        int head = "*20\r\n".Length, pair = (replies.Length / Pipeline - head) / TypedShapes.Fields;
        byte[] first = replies[(head + pair)..(head + 2 * pair)];
        replies.AsSpan(head, pair).CopyTo(replies.AsSpan(head + pair));
        first.CopyTo(replies.AsSpan(head));
        Assert.Equal(Pipeline, exchanges.Traffic.Accept(replies));
        byte[] twice = exchanges.Next();
        twice.AsSpan(head, pair).CopyTo(twice.AsSpan(head + pair));
        Assert.Throws<BadReplyException>(() => exchanges.Traffic.Accept(twice));
    }

    [Fact]
    public void Requests_are_commands_with_the_numbers_in_their_places()
    {
        using Exchanges exchanges = new("zadd");
        exchanges.Next();
        DrawnNumbers numbers = exchanges.Traffic.NumbersOf(0);
        string wanted = BenchHelpers.Command("ZADD", "ranking", $"{Template.ScoreBase + numbers.Stamp % Template.ScoreBase}", $"player:{numbers.Key:d12}");
        Assert.StartsWith(wanted, exchanges.Sent(), StringComparison.Ordinal);
        using Exchanges records = new("hset");
        records.Next();
        Assert.StartsWith($"*22\r\n$4\r\nHSET\r\n$17\r\nuser:{records.Traffic.NumbersOf(0).Key:d12}\r\n$6\r\nfield0\r\n$100\r\n", records.Sent(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fill_asks_for_every_key_once_and_connections_share_no_other()
    {
        TypedShape shape = TypedShapes.ByName(["rpush-lrange"])[0];
        Assert.Equal(Enumerable.Range(0, Keys).Select(i => (uint)i), KeysOf([shape.Data.Fill], Draw.Fill, Keys / Connections).Order());
        Assert.Equal(Keys, KeysOf([shape.Data.Fill], Draw.Walk, Keys / Connections).Distinct().Count());
        uint[] fresh = KeysOf([shape.Data.Fill], Draw.Fresh, 50);
        Assert.Equal(fresh.Length, fresh.Distinct().Count());
        Assert.All(fresh, key => Assert.True(key >= Keys));
    }

    [Fact]
    public void Unknown_shapes_and_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TypedShapes.ByName(["hgetall", "xadd"]));
        Assert.Throws<ArgumentException>(() => Template.Of("{nonsense}"));
    }

    // So many requests of each connection, connections in turn, the picker shared as in a run.
    private static uint[] KeysOf(Exchange[] cycle, Draw draw, int each)
    {
        List<uint> keys = [];
        KeyPicker picker = new(Keys, sequential: true, seed: 5);
        TypedTraffic[] all = TypedTraffic.ForAll(cycle, draw, Keys, 1, Connections);
        for (int i = 0; i < each * Connections; i++)
        {
            all[i % Connections].Begin(1, ref picker);
            keys.Add(all[i % Connections].NumbersOf(0).Key);
        }
        foreach (TypedTraffic traffic in all) traffic.Dispose();
        return [.. keys];
    }

    /// <summary>One connection of a shape, and a server that answers rightly.</summary>
    private sealed class Exchanges : IDisposable
    {
        private readonly HashSet<int> _uncompared = [];
        private KeyPicker _picker = new(Keys, sequential: true, seed: 3);

        public Exchanges(string name)
        {
            TypedShape shape = TypedShapes.ByName([name])[0];
            Traffic = new TypedTraffic(shape.Cycle, shape.Draw, Keys, Pipeline, index: 1, Connections);
        }

        public TypedTraffic Traffic { get; }

        /// <summary>Makes the next batch and answers its right replies.</summary>
        public byte[] Next()
        {
            Traffic.Begin(Pipeline, ref _picker);
            List<byte> replies = [];
            _uncompared.Clear();
            for (int i = 0; i < Pipeline; i++)
            {
                ExpectedReply reply = Traffic.ExchangeOf(i).Reply;
                byte[] bytes = new byte[reply.LengthMax];
                fixed (byte* at = bytes) bytes = bytes[..reply.Write(at, Traffic.NumbersOf(i), (uint)TypedShapes.SetsFor(Keys))];
                for (int offset = 0; offset < bytes.Length; offset++)
                {
                    byte[] other = [.. bytes];
                    other[offset] ^= 1;
                    if (reply.Matches(bytes, other)) _uncompared.Add(replies.Count + offset);
                }
                replies.AddRange(bytes);
            }
            // The random digits of values that another may have written: eight for each value, and nothing else.
            int values = Encoding.ASCII.GetString([.. replies]).Split($"${TypedShapes.ValueBytes}\r\n").Length - 1;
            Assert.True(_uncompared.Count == 0 || _uncompared.Count == 8 * values, $"{_uncompared.Count} bytes of {values} values are not compared");
            return [.. replies];
        }

        /// <summary>True if the byte is one of the random digits.</summary>
        public bool IsUncompared(int offset) => _uncompared.Contains(offset);

        public string Sent() => Encoding.ASCII.GetString(new ReadOnlySpan<byte>(Traffic.Vectors[0].Address, (int)Traffic.Vectors[0].LengthBytes));

        public void Dispose() => Traffic.Dispose();
    }
}
