using Pkv.Engine.Rdb;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// The maximum size of a list node, by list-max-listpack-size: a number of elements, or from -1 to -5 4, 8, 16, 32, 64 KiB.
/// </summary>
internal readonly struct QuicklistLimit(int setting)
{
    // Redis's guess at what an element needs around it.
    private const int ElementOverhead = 8;

    // Elements are counted only up to here.
    private const long CountedBytesMax = 8192;

    /// <summary>Whether an element of this length goes into the node; the first one always does.</summary>
    public bool Takes(ListpackWriter node, int length)
    {
        long bytes = node.Length + length + ElementOverhead;
        if (node.Count == 0)
            return true;
        return setting < 0 ? bytes <= 4096L << Math.Min(-setting, 5) - 1 : bytes <= CountedBytesMax && node.Count < setting;
    }
}
