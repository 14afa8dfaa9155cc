using Pkv.Bench.Faults;
using Pkv.Bench.Tracking;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The faults verb: what it compares answers alike, its report takes medians and leaves out what there is not.</summary>
public sealed class FaultsBenchTests
{
    private const long PageBytes = 4096, SpacePages = 64, ContentBase = 0x7000_0000_0000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_trackers_answer_alike_and_as_a_model_does(int seed)
    {
        Random random = new(seed);
        using FlatPageTable table = new();
        using SortedRanges array = new();
        using RangeTree tree = new();
        IRangeTracker[] trackers = [table, array, tree];
        // Across a border of two of the table's leaves.
        const long Start = (64L << 20) - (SpacePages / 2 * PageBytes);
        long[] model = new long[SpacePages];
        List<(long Page, long Count)> live = [];
        for (int step = 0; step < 2000; step++)
        {
            long page = random.NextInt64(SpacePages), count = random.NextInt64(1, Math.Min(12, SpacePages - page) + 1);
            bool isFree = Enumerable.Range((int)page, (int)count).All(i => model[i] == 0);
            foreach (IRangeTracker tracker in trackers)
            {
                Assert.Equal(!isFree, tracker.TracksAny(Start + (page * PageBytes), count * PageBytes));
                long bytes = tracker.ContentAt(Start + (page * PageBytes), PageBytes, out long content);
                Assert.Equal((model[page] == 0 ? 0 : PageBytes, model[page]), (bytes, content));
            }
            if (isFree)
            {
                long content = ContentBase + (step * SpacePages * PageBytes);
                foreach (IRangeTracker tracker in trackers) tracker.Insert(Start + (page * PageBytes), count * PageBytes, content);
                for (long i = 0; i < count; i++) model[page + i] = content + (i * PageBytes);
                live.Add((page, count));
            }
            else if (live.Count > 0)
            {
                (long goes, long pages) = live[random.Next(live.Count)];
                foreach (IRangeTracker tracker in trackers)
                {
                    Assert.Equal(pages * PageBytes, tracker.ContentAt(Start + (goes * PageBytes), 2 * SpacePages * PageBytes, out _));
                    tracker.Remove(Start + (goes * PageBytes), pages * PageBytes);
                }
                Array.Clear(model, (int)goes, (int)pages);
                live.Remove((goes, pages));
            }
        }
    }

    [Fact]
    public void The_report_takes_medians_and_shows_a_dash_for_what_was_not_measured()
    {
        FaultsOptions options = new() { Pages = [1, 8], Sizes = [16 << 10], Ranges = [64], Rounds = 3 };
        FaultWay move = FaultWay.All(2).Single(w => w is { Name: "move", Handler: HandlerPlace.OtherCore });
        FaultsRun run = new() { Facts = new Dictionary<string, string> { ["move-unaligned"] = "EINVAL" } };
        run.Faults.AddRange([new(move, 1, 61_000, 40_000, 2_000), new(move, 1, 900_000, 41_000, 2_500), new(move, 1, 63_000, 45_000, 2_200)]);
        run.Yardsticks.Add(new(FaultsReport.Yardstick(inCache: true), FaultsReport.Column(8), 700));
        run.Pieces.Add(new("piece", FaultsReport.Column(16 << 10), 2_500));
        run.Tracking.AddRange([new("question", FaultsReport.Column("table", 64), 12.5), new("question", FaultsReport.Column("tree", 64), 150)]);
        run.Obstacles.Add("No gcc.");
        string text = FaultsReport.Markdown(options, run);
        Assert.Contains("| `UFFDIO_MOVE` | thread, other core | **63.0** | 41.0 | 2.20 | **–** | – | – |", text);
        Assert.Contains("| `memcpy`, in cache | – | – | – | – | 0.700 | – | – |", text);
        Assert.Contains("| `UFFDIO_MOVE` from the middle of a page | – | EINVAL |", text);
        Assert.Contains("| piece | 2.50 |", text);
        Assert.Contains("| question | live ranges | table | tree |", text.Replace("| question | 64 |", "", StringComparison.Ordinal));
        Assert.Contains("| question | 64 | 12.5 | 150 |", text);
        Assert.Contains("\nNo gcc.\n", text);
        Assert.DoesNotContain("SIGBUS", text);
    }

    [Fact]
    public void One_core_has_no_handler_on_another()
    {
        Assert.Equal(FaultWay.All(2).Where(w => w.Handler is not (HandlerPlace.OtherCore or HandlerPlace.AnyCore)), FaultWay.All(1));
        Assert.Equal(10, FaultWay.All(2).Count);
    }

    [Fact]
    public void Wrong_options_are_the_users_error()
    {
        foreach (string[] wrong in (string[][])[["--pages", "0"], ["--sizes", "100"], ["--rounds", "0"], ["--times", "0"], ["--ranges", "0"], ["--nosuch", "1"]])
            Assert.Throws<ArgumentException>(() => FaultsCommand.Run([.. wrong, "--out", "none"]));
    }
}
