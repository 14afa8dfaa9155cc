using System.Text;
using Pkv.Resp;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Resp;

/// <summary>The parser alone: whole commands, beginnings, what is not RESP; every payload cut at every byte.</summary>
public sealed unsafe class RespParserTests
{
    private const long MaxBulk = 512L << 20;

    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void A_whole_command_gives_its_arguments_and_consumes_itself_alone(string payload, string arguments)
    {
        byte[] bytes = RespPayloads.Bytes(payload + "*1\r\n$4\r\nNEXT\r\n");
        ParseResult result = Parse(bytes, bytes.Length, out string parsed);
        Assert.Equal(ParseStatus.Complete, result.Status);
        Assert.Equal(payload.Length, result.Consumed);
        Assert.Equal(arguments, parsed);
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void A_command_cut_at_any_byte_is_incomplete_and_what_came_is_parsed_again_to_the_same(string payload, string arguments)
    {
        byte[] bytes = RespPayloads.Bytes(payload);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            byte[] part = RespPayloads.Bytes(payload);
            ParseResult result = Parse(part, cut, out _);
            Assert.Equal(ParseStatus.Incomplete, result.Status);
            Assert.Equal(0, result.Consumed);
            Assert.True(result.Needed == 0 || (result.Needed > cut && result.Needed <= bytes.Length), $"needs {result.Needed} after {cut} of {bytes.Length}");
            Assert.True(!result.NeededIsExact || result.Needed == bytes.Length);
            Assert.Equal(ParseStatus.Complete, Parse(part, part.Length, out string parsed).Status);
            Assert.Equal(arguments, parsed);
        }
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Incomplete), MemberType = typeof(RespPayloads))]
    public void A_beginning_is_incomplete_and_consumes_nothing(string payload)
    {
        byte[] bytes = RespPayloads.Bytes(payload);
        ParseResult result = Parse(bytes, bytes.Length, out _);
        Assert.Equal(ParseStatus.Incomplete, result.Status);
        Assert.Equal(0, result.Consumed);
        Assert.Equal(RespPayloads.Bytes(payload), bytes);
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Invalid), MemberType = typeof(RespPayloads))]
    public void What_is_not_RESP_is_named_as_Redis_names_it(string payload, string error)
    {
        byte[] bytes = RespPayloads.Bytes(payload);
        ParseResult result = Parse(bytes, bytes.Length, out _);
        Assert.Equal(ParseStatus.Invalid, result.Status);
        Assert.Equal("Protocol error: " + error, result.Error!.Replace('\r', ' '));
    }

    [Theory]
    [InlineData("*11\r\n", "unauthenticated multibulk length")]
    [InlineData("*1\r\n$16385\r\n", "unauthenticated bulk length")]
    [InlineData("*10\r\n$16384\r\n", null)]
    public void A_client_without_the_password_may_send_only_small_commands(string payload, string? error)
    {
        byte[] bytes = RespPayloads.Bytes(payload);
        ParseResult result = Parse(bytes, bytes.Length, out _, unauthenticated: true);
        Assert.Equal(error is null ? null : "Protocol error: " + error, result.Error);
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void A_frame_in_place_can_be_sent_as_a_reply(string payload, string arguments)
    {
        byte[] bytes = RespPayloads.Bytes(payload);
        using ArgList args = new();
        fixed (byte* p = bytes)
        {
            RespParser.Parse(p, p + bytes.Length, args, Limits());
            for (int i = 0; i < args.Count && args.Items[i].Framed; i++)
            {
                string text = arguments.Split('|')[i];
                Assert.Equal($"${text.Length}\r\n{text}\r\n", Encoding.Latin1.GetString(args.Items[i].Bulk, text.Length + 4 + $"{text.Length}".Length + 1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void The_scanner_finds_the_same_end_however_the_command_arrives(string payload, string arguments)
    {
        _ = arguments;
        if (payload[0] != '*')
            return;
        for (int step = 1; step <= payload.Length; step++)
        {
            byte[] bytes = RespPayloads.Bytes(payload);
            RespScanner scanner = default;
            fixed (byte* p = bytes)
            {
                for (int have = Math.Min(step, bytes.Length); ; have = Math.Min(have + step, bytes.Length))
                {
                    using ArgList args = new();
                    ParseResult result = RespParser.Parse(p, p + have, args, Limits());
                    bool complete = scanner.Advance(p, p + have, MaxBulk);
                    if (result.Status == ParseStatus.Complete)
                        Assert.True(complete);
                    // A negative count is for the parser to judge, at any time.
                    if (complete && payload[1] != '-')
                        Assert.Equal(ParseStatus.Complete, result.Status);
                    if (complete || have == bytes.Length)
                        break;
                    Assert.Equal(result.Needed, scanner.Needed);
                    Assert.Equal(result.NeededIsExact, scanner.NeededIsExact);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Invalid), MemberType = typeof(RespPayloads))]
    public void The_scanner_leaves_what_is_not_RESP_to_the_parser(string payload, string error)
    {
        _ = error;
        if (payload[0] != '*')
            return;
        byte[] bytes = RespPayloads.Bytes(payload + "\r\n");
        RespScanner scanner = default;
        fixed (byte* p = bytes)
        {
            bool done = scanner.Advance(p, p + bytes.Length, MaxBulk);
            // Leading zeros and empty lengths are let pass: the parser sees them when the command is whole.
            Assert.True(done || scanner.Needed > 0 || payload.Contains("$04") || payload.Contains("*01") || payload.Contains("*\r"), "the scanner waits for more");
        }
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        byte[] bytes = RespPayloads.Bytes("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\nSET key \"va lue\"\r\n*3\r\n$3\r\nSE");
        using ArgList args = new();
        ParseLimits limits = Limits();
        fixed (byte* p = bytes)
        {
            RunAll(p, p + bytes.Length, args, limits);
            byte* start = p;
            Assert.Equal(0, AllocatedBytes.Least(() =>
            {
                for (int i = 0; i < 10_000; i++)
                    RunAll(start, start + 35, args, limits);
            }));
        }
    }

    private static void RunAll(byte* p, byte* end, ArgList args, in ParseLimits limits)
    {
        for (ParseResult r = RespParser.Parse(p, end, args, limits); r.Status == ParseStatus.Complete; r = RespParser.Parse(p, end, args, limits))
            p += r.Consumed;
    }

    private static ParseLimits Limits(bool unauthenticated = false) => new() { MaxBulkBytes = MaxBulk, Unauthenticated = unauthenticated };

    // Parses the first bytes; the arguments come back joined by '|'.
    private static ParseResult Parse(byte[] bytes, int length, out string arguments, bool unauthenticated = false)
    {
        using ArgList args = new();
        fixed (byte* p = bytes)
        {
            ParseResult result = RespParser.Parse(p, p + length, args, Limits(unauthenticated));
            List<string> texts = [];
            for (int i = 0; i < args.Count; i++)
                texts.Add(Encoding.Latin1.GetString(args.Items[i].Span));
            arguments = string.Join('|', texts);
            return result;
        }
    }
}
