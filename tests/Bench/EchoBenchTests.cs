using Pkv.Bench.Client;
using Pkv.Bench.Echo;
using Pkv.Bench.Servers;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The echo verb: its client finds every wrong byte, its report divides what it says.</summary>
public sealed unsafe class EchoBenchTests
{
    private const int Size = 16384, Touches = 2;

    [Fact]
    public void A_reply_is_right_when_every_touched_page_was_touched_once_however_it_is_split()
    {
        using EchoMessage message = new(Size, Touches);
        byte[] reply = Touched(Bytes(message, 3, 7));
        foreach (int piece in (int[])[1, 63, 64, 129, 4096, Size])
        {
            for (int from = 0; from < Size; from += piece)
                message.Check(Header(3, 7), 3, 7, from, reply.AsSpan(from, Math.Min(piece, Size - from)).ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(8192)]
    [InlineData(Size - 1)]
    public void A_wrong_byte_is_found_wherever_it_is(int at)
    {
        using EchoMessage message = new(Size, Touches);
        byte[] reply = Touched(Bytes(message, 3, 7));
        reply[at]++;
        Assert.Throws<BadReplyException>(() => message.Check(Header(3, 7), 3, 7, 0, reply));
    }

    [Fact]
    public void A_touch_that_is_missing_and_a_message_that_came_before_are_found()
    {
        using EchoMessage message = new(Size, Touches);
        Assert.Throws<BadReplyException>(() => message.Check(Header(3, 7), 3, 7, 0, Bytes(message, 3, 7)));
        byte[] earlier = Touched(Bytes(message, 3, 6));
        for (int page = 0; page < Size; page += 4096)
            Assert.Throws<BadReplyException>(() => message.Check(Header(3, 7), 3, 7, page, earlier.AsSpan(page, 4096).ToArray()));
    }

    [Fact]
    public void Every_cell_is_measured_once_and_the_bound_once_for_all_copies()
    {
        EchoOptions options = new() { Sizes = [8192, 65536], Copies = [0, 1, 12], Touches = [0, 2], Rounds = 1 };
        IReadOnlyList<EchoCell> cells = options.Cells();
        Assert.Equal(cells.Distinct(), cells);
        Assert.Equal((2 * 3) + 2, cells.Count);
        Assert.Equal((3 * cells.Count) + 3, EchoComparison.StepsOf(options));
    }

    [Fact]
    public void The_report_divides_by_linux_and_holds_the_bars_against_the_worst_cell()
    {
        EchoOptions options = new() { Sizes = [8192, 524288], Copies = [0, 5, 12], Touches = [0, 2], Rounds = 1 };
        List<EchoResult> results = [];
        foreach (EchoCell cell in options.Cells())
        {
            results.Add(Result(EchoSystem.Linux, cell, cpuUs: 100 + (40 * cell.Copies)));
            results.Add(Result(EchoSystem.Vault, cell, cpuUs: cell.SizeBytes == 8192 && cell.Copies == 5 ? 330 : 120, elided: 3, done: 1));
        }
        results.Add(Result(EchoSystem.Published, new EchoCell(524288, 12, 0), cpuUs: 290, elided: 1, done: 1));
        results.Add(Result(EchoSystem.Bound, new EchoCell(524288, 0, 0), cpuUs: 100));
        string text = new EchoReport(options, results).Markdown(withPlots: false);
        Assert.Contains("| 512 KiB | 12 | 0 | 580 | 120 (4.83×) | 290 (2.00×) | 100 (5.80×) | 10k |", text);
        Assert.Contains("| 75 % | 50 % |", text);
        IReadOnlyList<bool?> bars = [.. EchoBars.Of(new EchoTable(results), options, EchoSystem.ByName(EchoSystem.Vault)).Select(bar => bar.Holds)];
        Assert.Equal([false, true, false, false, true], bars);
        Assert.All(EchoBars.Of(new EchoTable([]), options, EchoSystem.ByName(EchoSystem.Vault)), bar => Assert.Null(bar.Holds));
    }

    [Fact]
    public void What_the_library_counted_is_read_and_the_last_word_counts()
    {
        IReadOnlyDictionary<string, long> counters = ZioPreload.Counters("zio: faults 3\nnoise\nzio: a line of words\nzio: copies_elided 5\nzio: faults 4\n");
        Assert.Equal(2, counters.Count);
        Assert.Equal(4, counters["faults"]);
        Assert.Equal(5, counters["copies_elided"]);
    }

    [Fact]
    public void Wrong_options_are_the_users_error()
    {
        foreach (string[] wrong in (string[][])[["--sizes", "100"], ["--systems", "windows"], ["--rounds", "0"], ["--nosuch", "1"]])
            Assert.Throws<ArgumentException>(() => EchoCommand.Run([.. wrong, "--out", "none"], _ => { }));
    }

    private static byte[] Header(int connection, uint number)
    {
        byte[] header = new byte[EchoMessage.HeaderBytes];
        EchoMessage.WriteHeader(header, connection, number);
        return header;
    }

    private static byte[] Bytes(EchoMessage message, int connection, uint number) =>
    [
        .. Header(connection, number),
        .. new ReadOnlySpan<byte>(message.BodyAt(connection, number, EchoMessage.HeaderBytes), Size - EchoMessage.HeaderBytes),
    ];

    // What the server does: byte 128 of two pages, evenly spread over the four.
    private static byte[] Touched(byte[] bytes)
    {
        bytes[128]++;
        bytes[8192 + 128]++;
        return bytes;
    }

    private static EchoResult Result(string system, EchoCell cell, double cpuUs, long elided = 0, long done = 0) =>
        new(system, cell, new LoadResult(1000, 100_000_000, 1, 1, 1), (long)(cpuUs * 1000 * 1000),
            elided + done == 0 ? new Dictionary<string, long>() : new Dictionary<string, long> { ["copies_elided"] = elided, ["copies_done"] = done });
}
