using Pkv.Bench.LimitServer;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed unsafe class LimitParserTests
{
    private static readonly string Commands =
        BenchHelpers.Command("SET", "k", "value with *3\r\n$3\r\n inside") + BenchHelpers.Command("GET", "k")
        + BenchHelpers.Command("set", "k", "") + BenchHelpers.Command("PING") + BenchHelpers.Command("get", "k")
        + BenchHelpers.Command("HMSET", "k", "f", "v") + BenchHelpers.Command("HGETALL", "k");

    private static readonly byte[] Kinds = [0, 1, 0, 0, 1, 0, 1];

    [Fact]
    public void Finds_commands_split_at_every_two_places()
    {
        byte[] bytes = BenchHelpers.Ascii(Commands);
        for (int first = 0; first <= bytes.Length; first++)
            for (int second = first; second <= bytes.Length; second++)
            {
                LimitParser parser = default;
                byte[] kinds = new byte[64];
                int count = Feed(ref parser, bytes.AsSpan(0, first), kinds, 0);
                count = Feed(ref parser, bytes.AsSpan(first, second - first), kinds, count);
                count = Feed(ref parser, bytes.AsSpan(second), kinds, count);
                Assert.Equal(Kinds, kinds[..count]);
                Assert.False(parser.IsBroken);
            }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("*2\r\n$-1\r\n")]
    [InlineData("*1\r\n$4\r\nPINGPONG\r\n")]
    public void What_is_not_an_array_of_bulks_breaks_it(string text)
    {
        LimitParser parser = default;
        Feed(ref parser, BenchHelpers.Ascii(text), new byte[64], 0);
        Assert.True(parser.IsBroken);
    }

    private static int Feed(ref LimitParser parser, ReadOnlySpan<byte> data, byte[] kinds, int count)
    {
        fixed (byte* bytes = data)
        fixed (byte* target = kinds)
            return count + parser.Consume(bytes, data.Length, target + count);
    }
}
