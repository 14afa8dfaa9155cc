using System.Text;
using Pkv.Bench.Client;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed class ReplyCheckerTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(200)]
    public void Right_replies_split_at_every_byte_are_accepted(int valueBytes)
    {
        using Exchange exchange = new(Verb.Mixed, valueBytes, pipeline: 4);
        byte[] replies = exchange.RightReplies();
        for (int split = 0; split <= replies.Length; split++)
        {
            exchange.Checker.Begin();
            int completed = exchange.Checker.Accept(replies.AsSpan(0, split)) + exchange.Checker.Accept(replies.AsSpan(split));
            Assert.Equal(4, completed);
            Assert.Equal(0, exchange.Checker.Remaining);
        }
    }

    [Fact]
    public void Right_replies_byte_by_byte_are_accepted()
    {
        using Exchange exchange = new(Verb.Get, 5000, pipeline: 2);
        byte[] replies = exchange.RightReplies();
        for (int i = 0; i < replies.Length; i++) exchange.Checker.Accept(replies.AsSpan(i, 1));
        Assert.Equal(0, exchange.Checker.Remaining);
    }

    [Fact]
    public void Any_changed_byte_of_a_small_value_is_found()
    {
        using Exchange exchange = new(Verb.Get, 300, pipeline: 1);
        byte[] replies = exchange.RightReplies();
        for (int i = 0; i < replies.Length; i++)
        {
            byte[] damaged = [.. replies];
            damaged[i] ^= 0x10;
            exchange.Checker.Begin();
            Assert.Throws<BadReplyException>(() => exchange.Checker.Accept(damaged));
        }
    }

    [Fact]
    public void A_changed_byte_in_the_middle_of_a_large_value_is_found_by_the_sample()
    {
        using Exchange exchange = new(Verb.Get, 100_000, pipeline: 1);
        byte[] damaged = exchange.RightReplies();
        damaged[50_000] ^= 1;
        Assert.Throws<BadReplyException>(() =>
        {
            for (int i = 0; i < ReplyChecker.SampleEvery; i++)
            {
                exchange.Checker.Begin();
                exchange.Checker.Accept(damaged);
            }
        });
    }

    [Theory]
    [InlineData("$-1\r\n")]
    [InlineData("-ERR unknown command\r\n")]
    [InlineData("$63\r\n")]
    [InlineData("+OK\r\n")]
    public void Other_replies_to_a_get_are_refused(string reply)
    {
        using Exchange exchange = new(Verb.Get, 64, pipeline: 1);
        BadReplyException e = Assert.Throws<BadReplyException>(() => exchange.Checker.Accept(BenchHelpers.Ascii(reply)));
        Assert.Contains(reply.Replace("\r\n", "\\r\\n"), e.Message);
    }

    [Theory]
    [InlineData("-OOM\r\n")]
    [InlineData("$2\r\nOK\r\n")]
    [InlineData("+OK\r\n+OK\r\n")]
    public void Other_replies_to_a_set_are_refused(string reply)
    {
        using Exchange exchange = new(Verb.Set, 64, pipeline: 1);
        Assert.Throws<BadReplyException>(() => exchange.Checker.Accept(BenchHelpers.Ascii(reply)));
    }

    [Fact]
    public void The_value_of_another_key_is_refused()
    {
        using Exchange exchange = new(Verb.Get, 64, pipeline: 1);
        string other = BenchHelpers.ValueOf(exchange.Shape, exchange.Batch.KeyOf(0) + 1);
        Assert.Throws<BadReplyException>(() => exchange.Checker.Accept(BenchHelpers.Ascii($"$64\r\n{other}\r\n")));
    }

    private sealed class Exchange : IDisposable
    {
        public Exchange(Verb verb, int valueBytes, int pipeline)
        {
            Shape = new RequestShape(valueBytes);
            Batch = new RequestBatch(Shape, new Workload(verb, valueBytes, pipeline, 1, 1000));
            Checker = new ReplyChecker(Shape, Batch, echoesKeys: true);
            KeyPicker picker = new(1000, sequential: false, seed: 5);
            Batch.Fill(pipeline, ref picker);
            Checker.Begin();
        }

        public RequestShape Shape { get; }

        public RequestBatch Batch { get; }

        public ReplyChecker Checker { get; }

        public byte[] RightReplies()
        {
            StringBuilder replies = new();
            for (int i = 0; i < Batch.Count; i++)
                replies.Append(Batch.IsSet(i) ? "+OK\r\n" : $"${Shape.ValueBytes}\r\n{BenchHelpers.ValueOf(Shape, Batch.KeyOf(i))}\r\n");
            return BenchHelpers.Ascii(replies.ToString());
        }

        public void Dispose()
        {
            Batch.Dispose();
            Shape.Dispose();
        }
    }
}
