using Pkv.Engine.Execution;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// Sorts items that a command has gathered off the managed heap, in slices between which others can be served: runs that
/// fit the cache are sorted one by one and then merged. Stable; needs the same amount of memory again for more than <see
/// cref="ShortItems"/> items. Allocates nothing on the managed heap, which a comparer passed to a span's Sort would.
/// </summary>
internal static unsafe class SlicedSort
{
    // Sorted by insertion.
    private const int ShortItems = 16;

    // About half a millisecond each.
    private const int RunItems = 2048;

    public static void Run<T, TOrder>(CommandContext context, T* items, int count, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        if (count <= ShortItems)
        {
            SortShort(items, count, order);
            return;
        }
        T* spare = (T*)GrowingMemory.Resize(null, 0, (long)count * sizeof(T));
        for (int first = 0; first < count; first += RunItems)
        {
            int length = Math.Min(RunItems, count - first);
            for (int at = 0; at < length; at += ShortItems)
                SortShort(items + first + at, Math.Min(ShortItems, length - at), order);
            MergeRuns(context, items + first, spare + first, length, ShortItems, order);
        }
        MergeRuns(context, items, spare, count, RunItems, order);
        GrowingMemory.Free(spare, (long)count * sizeof(T));
    }

    private static void SortShort<T, TOrder>(T* items, int count, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        for (int i = 1; i < count; i++)
        {
            T item = items[i];
            int at = i;
            for (; at > 0 && order.Compare(items[at - 1], item) > 0; at--)
                items[at] = items[at - 1];
            items[at] = item;
        }
    }

    // Runs of this length are in order.
    private static void MergeRuns<T, TOrder>(CommandContext context, T* items, T* spare, int count, long run, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        T* from = items, to = spare;
        for (; run < count; run *= 2)
        {
            for (long first = 0; first < count; first += 2 * run)
                Merge(context, from, to, first, Math.Min(first + run, count), Math.Min(first + 2 * run, count), order);
            T* merged = to;
            to = from;
            from = merged;
        }
        if (from != items)
            Copy(context, from, items, count);
    }

    // [first, middle) and [middle, end) are in order.
    private static void Merge<T, TOrder>(CommandContext context, T* from, T* to, long first, long middle, long end, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        long left = first, right = middle;
        for (long at = first; at < end; at++)
        {
            bool takesLeft = right == end || (left < middle && order.Compare(from[left], from[right]) <= 0);
            to[at] = takesLeft ? from[left++] : from[right++];
            context.Breathe(at);
        }
    }

    private static void Copy<T>(CommandContext context, T* from, T* to, int count)
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            to[i] = from[i];
            context.Breathe(i);
        }
    }
}
