using System.Text;
using Pkv.Ycsb.Redis;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>Where replies end: whole ones, every unfinished part of them, and what is none.</summary>
public sealed class ReplyTests
{
    private static readonly string[] s_whole =
    [
        "+OK\r\n", "-ERR no\r\n", ":12\r\n", "$-1\r\n", "$0\r\n\r\n", "$5\r\na\r\nbc\r\n", "*0\r\n", "*-1\r\n",
        "*2\r\n$1\r\na\r\n$-1\r\n", "*3\r\n:1\r\n*1\r\n+x\r\n$2\r\nyz\r\n",
    ];

    public static TheoryData<string> Whole => [.. s_whole];

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_reply_ends_where_it_ends(string reply)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(reply + "+next\r\n");
        Assert.Equal(reply.Length, Reply.LengthOf(bytes));
        for (int cut = 0; cut < reply.Length; cut++) Assert.Equal(0, Reply.LengthOf(bytes.AsSpan(0, cut)));
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("*99999999999999999999\r\n")]
    [InlineData("%1\r\n")]
    public void What_is_no_RESP2_is_refused(string reply) => Assert.Throws<IOException>(() => Reply.LengthOf(Encoding.ASCII.GetBytes(reply)));

    [Fact]
    public void Replies_come_out_whole_however_they_are_cut()
    {
        byte[] stream = Encoding.ASCII.GetBytes(string.Concat(s_whole));
        foreach (int step in new[] { 1, 2, 3, 7, stream.Length })
        {
            ReplyBuffer buffer = new();
            StringBuilder taken = new();
            int replies = 0;
            for (int at = 0; at < stream.Length; at += step)
            {
                ReadOnlySpan<byte> part = stream.AsSpan(at, Math.Min(step, stream.Length - at));
                part.CopyTo(buffer.Free());
                buffer.Received(part.Length);
                for (; buffer.TryTake(out ReadOnlySpan<byte> reply); replies++) taken.Append(Encoding.ASCII.GetString(reply));
            }
            Assert.Equal((s_whole.Length, Encoding.ASCII.GetString(stream)), (replies, taken.ToString()));
        }
    }

    [Fact]
    public void A_reply_of_any_size_finds_room()
    {
        byte[] reply = Encoding.ASCII.GetBytes("$300000\r\n" + new string('v', 300_000) + "\r\n");
        ReplyBuffer buffer = new();
        for (int at = 0; at < reply.Length;)
        {
            Span<byte> free = buffer.Free();
            int part = Math.Min(free.Length, reply.Length - at);
            reply.AsSpan(at, part).CopyTo(free);
            buffer.Received(part);
            at += part;
        }
        Assert.True(buffer.TryTake(out ReadOnlySpan<byte> taken));
        Assert.True(taken.SequenceEqual(reply));
    }

    [Fact]
    public void Requests_are_arrays_of_bulk_strings()
    {
        RequestBuffer requests = new();
        requests.Begin(3);
        requests.Argument("ZADD"u8);
        requests.Argument(-15);
        "xyz"u8.CopyTo(requests.Room(3));
        Assert.Equal("*3\r\n$4\r\nZADD\r\n$3\r\n-15\r\n$3\r\nxyz\r\n", Encoding.ASCII.GetString(requests.Waiting));
        requests.Sent(4);
        byte[] large = new byte[100_000];
        requests.Begin(1);
        requests.Argument(large);
        Assert.Equal("$4\r\nZADD\r\n$3\r\n-15\r\n$3\r\nxyz\r\n*1\r\n$100000\r\n", Encoding.ASCII.GetString(requests.Waiting[..^100_002]));
    }
}
