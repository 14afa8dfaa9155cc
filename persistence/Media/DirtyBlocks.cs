using System.Numerics;
using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>
/// The blocks that were stored to and are not on the device yet: a bit for each block, and a higher-level bit for each 4096
/// of them, so that finding a few blocks in 12 GiB examines 12 words. Noting takes no lock and merges automatically. Any
/// thread may note; one at a time takes.
/// </summary>
internal sealed unsafe class DirtyBlocks : IDisposable
{
    public const int BlockBytes = 4096, BlockShift = 12;

    private const int WordsPerGroup = 64;

    private readonly ulong* _words;
    private readonly ulong* _groups;
    private readonly int _groupWords;

    /// <param name="bytes">Length of the range whose blocks are kept.</param>
    public DirtyBlocks(long bytes)
    {
        long words = (bytes >> BlockShift) / 64 + 1;
        _groupWords = (int)(words / WordsPerGroup / 64 + 1);
        _words = (ulong*)NativeMemory.AllocZeroed((nuint)_groupWords * 64 * WordsPerGroup, sizeof(ulong));
        _groups = (ulong*)NativeMemory.AllocZeroed((nuint)_groupWords, sizeof(ulong));
    }

    /// <summary>
    /// The bytes [offset, offset + length) were stored. Each bit is set by a locked instruction even where it is set
    /// already: it orders the stores before it against whoever takes the bit and reads them.
    /// </summary>
    public void Note(long offset, long length)
    {
        if (length <= 0)
            return;
        long first = offset >> BlockShift, last = offset + length - 1 >> BlockShift;
        for (long word = first >> 6; word <= last >> 6; word++)
        {
            ulong mask = ulong.MaxValue;
            if (word == first >> 6)
                mask &= ulong.MaxValue << (int)(first & 63);
            if (word == last >> 6)
                mask &= ulong.MaxValue >> (int)(63 - (last & 63));
            Interlocked.Or(ref _words[word], mask);
            // After the block's own bit: who takes the group's bit first finds the block, or leaves this one for later. A bit
            // that is seen set is taken after this: the block is found then, and the line stays shared between writers.
            ulong group = 1UL << (int)(word >> 6 & 63);
            if ((Volatile.Read(ref _groups[word >> 12]) & group) == 0)
                Interlocked.Or(ref _groups[word >> 12], group);
        }
    }

    /// <summary>
    /// Takes all that is noted as runs of blocks in increasing order, none longer than <paramref name="maxBytes"/>. Returns
    /// how many; the array grows when it must.
    /// </summary>
    public int Take(ref BlockRun[] runs, long maxBytes)
    {
        int count = 0;
        for (int g = 0; g < _groupWords; g++)
        {
            if (Volatile.Read(ref _groups[g]) == 0)
                continue;
            for (ulong groups = Interlocked.Exchange(ref _groups[g], 0); groups != 0; groups &= groups - 1)
            {
                long firstWord = ((long)g * 64 + BitOperations.TrailingZeroCount(groups)) * WordsPerGroup;
                for (long word = firstWord; word < firstWord + WordsPerGroup; word++)
                {
                    if (Volatile.Read(ref _words[word]) != 0)
                        Add(word * 64, Interlocked.Exchange(ref _words[word], 0), ref runs, ref count, maxBytes);
                }
            }
        }
        return count;
    }

    public void Dispose()
    {
        NativeMemory.Free(_words);
        NativeMemory.Free(_groups);
    }

    private static void Add(long firstBlock, ulong bits, ref BlockRun[] runs, ref int count, long maxBytes)
    {
        for (int at = 0; bits != 0;)
        {
            int gap = BitOperations.TrailingZeroCount(bits);
            bits >>= gap;
            at += gap;
            int length = BitOperations.TrailingZeroCount(~bits);
            Append(new BlockRun((firstBlock + at) << BlockShift, (long)length << BlockShift), ref runs, ref count, maxBytes);
            if (length == 64)
                return;
            bits >>= length;
            at += length;
        }
    }

    private static void Append(BlockRun run, ref BlockRun[] runs, ref int count, long maxBytes)
    {
        if (count > 0 && runs[count - 1].Offset + runs[count - 1].Bytes == run.Offset && runs[count - 1].Bytes < maxBytes)
        {
            long joined = Math.Min(run.Bytes, maxBytes - runs[count - 1].Bytes);
            runs[count - 1] = runs[count - 1] with { Bytes = runs[count - 1].Bytes + joined };
            run = new BlockRun(run.Offset + joined, run.Bytes - joined);
        }
        for (; run.Bytes > 0; run = new BlockRun(run.Offset + maxBytes, run.Bytes - maxBytes))
        {
            if (count == runs.Length)
                Array.Resize(ref runs, count * 2);
            runs[count++] = run with { Bytes = Math.Min(run.Bytes, maxBytes) };
        }
    }
}
