using Pkv.Persistence.Media;
using Xunit;

namespace Pkv.Tests.Persistence;

public sealed class DirtyBlocksTests
{
    private const int Block = DirtyBlocks.BlockBytes;
    private BlockRun[] _runs = new BlockRun[2];

    [Theory]
    [InlineData("0+1", "0+1")]
    [InlineData("5+10 100+20", "0+1")]
    [InlineData("4095+2", "0+2")]
    [InlineData("4096+4096 0+1", "0+2")]
    [InlineData("0+1 8192+1", "0+1 2+1")]
    [InlineData("258048+8192", "63+2")]
    [InlineData("0+1048576", "0+256")]
    [InlineData("16773120+8192", "4095+2")]
    [InlineData("33554431+1 12+0", "8191+1")]
    public void Ranges_merge_to_runs_of_blocks(string noted, string expected)
    {
        using DirtyBlocks blocks = new(32 << 20);
        foreach ((long offset, long length) in Pairs(noted))
            blocks.Note(offset, length);
        int count = blocks.Take(ref _runs, 64 << 20);
        Assert.Equal(Pairs(expected).Select(p => new BlockRun(p.A * Block, p.B * Block)), _runs[..count]);
        Assert.Equal(0, blocks.Take(ref _runs, 64 << 20));
    }

    [Fact]
    public void Long_runs_are_cut()
    {
        using DirtyBlocks blocks = new(32 << 20);
        blocks.Note(Block, 100 * Block);
        int count = blocks.Take(ref _runs, 32 * Block);
        Assert.Equal(4, count);
        Assert.All(_runs[..3], r => Assert.Equal(32 * Block, r.Bytes));
        Assert.Equal(new BlockRun(97 * Block, 4 * Block), _runs[3]);
    }

    [Fact]
    public void Drawn_ranges_agree_with_a_model()
    {
        Random random = new(4711);
        using DirtyBlocks blocks = new(32 << 20);
        for (int round = 0; round < 200; round++)
        {
            SortedSet<long> model = [];
            for (int i = random.Next(1, 20); i > 0; i--)
            {
                long offset = random.NextInt64(32 << 20), length = Math.Min((32 << 20) - offset, 1 + random.NextInt64(1 << random.Next(1, 22)));
                blocks.Note(offset, length);
                for (long block = offset / Block; block <= (offset + length - 1) / Block; block++)
                    model.Add(block);
            }
            int count = blocks.Take(ref _runs, 7 * Block);
            List<long> taken = [];
            foreach (BlockRun run in _runs.AsSpan(0, count))
            {
                Assert.InRange(run.Bytes, Block, 7 * Block);
                for (long at = 0; at < run.Bytes; at += Block)
                    taken.Add((run.Offset + at) / Block);
            }
            Assert.Equal(model, taken);
        }
    }

    private static IEnumerable<(long A, long B)> Pairs(string text) =>
        text.Split(' ').Select(p => p.Split('+')).Select(p => (long.Parse(p[0]), long.Parse(p[1])));
}
