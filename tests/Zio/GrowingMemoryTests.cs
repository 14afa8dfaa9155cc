using System.Globalization;
using Pkv.Zio.Buffers;
using Xunit;

namespace Pkv.Tests.Zio;

public sealed unsafe class GrowingMemoryTests
{
    [Theory]
    [InlineData(100, 1000)]
    [InlineData(1000, 100)]
    [InlineData(1000, 3 << 20)]
    [InlineData(3 << 20, 1000)]
    [InlineData(GrowingMemory.MappedBytes - 1, GrowingMemory.MappedBytes)]
    [InlineData(GrowingMemory.MappedBytes, GrowingMemory.MappedBytes - 1)]
    [InlineData(1 << 20, 100 << 20)]
    [InlineData((20 << 20) + 5, (1 << 20) + 3)]
    public void What_is_in_a_block_stays_when_its_size_changes(long first, long second)
    {
        byte* block = (byte*)GrowingMemory.Resize(null, 0, first);
        for (long i = 0; i < first; i++)
            block[i] = (byte)(i * 31 >> 3);
        block = (byte*)GrowingMemory.Resize(block, first, second);
        for (long i = 0; i < Math.Min(first, second); i++)
        {
            if (block[i] != (byte)(i * 31 >> 3))
                Assert.Fail($"byte {i} has changed");
        }
        block[second - 1] = 1;
        GrowingMemory.Free(block, second);
        GrowingMemory.FreeLeft();
    }

    [Fact]
    public void A_mapped_block_grows_without_its_pages_being_touched()
    {
        const long bytes = 64 << 20;
        byte* block = (byte*)GrowingMemory.Resize(null, 0, bytes);
        for (long i = 0; i < bytes; i += 4096)
            block[i] = 1;
        long before = MinorFaults();
        block = (byte*)GrowingMemory.Resize(block, bytes, 4 * bytes);
        Assert.Equal(1, block[bytes - 4096]);
        // A copy touches 16384 pages.
        Assert.InRange(MinorFaults() - before, 0, 4000);
        GrowingMemory.Free(block, 4 * bytes);
        GrowingMemory.FreeLeft();
    }

    [Fact]
    public void Blocks_that_are_left_are_freed_by_whoever_asks()
    {
        const long bytes = 10 << 20;
        nint[] blocks = [.. Enumerable.Range(0, 3).Select(static _ => (nint)GrowingMemory.Resize(null, 0, bytes))];
        Assert.All(blocks, static b => Assert.True(IsMapped(b)));
        foreach (nint block in blocks)
            GrowingMemory.Free((void*)block, bytes);
        GrowingMemory.FreeLeft();
        // Somebody else may have been given one of the addresses meanwhile.
        Assert.Contains(blocks, static b => !IsMapped(b));
    }

    // The thread's own: the tenth field behind its name in parentheses.
    private static long MinorFaults()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }

    private static bool IsMapped(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] ends = line.Split(' ')[0].Split('-');
            if (nint.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) <= address && address < nint.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                return true;
        }
        return false;
    }
}
