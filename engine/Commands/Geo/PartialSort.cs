using System.Diagnostics;
using Pkv.Engine.Execution;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// Sorts no more of a list than is needed of its begin: a quicksort that leaves parts alone which lie behind. It is the one of Bentley and
/// McIlroy ("Engineering a Sort Function", 1993), as Redis uses it for the same purpose: which of several equal items come first depends on
/// the algorithm, and clients see it. Others are served in between.
/// </summary>
internal static unsafe class PartialSort
{
    // Sorted by insertion; above, one pivot of three; above, a pivot of nine.
    private const int Short = 7, Long = 40;

    /// <summary>Sorts items so that those up to <paramref name="last"/> are in their places.</summary>
    public static void Run<T, TOrder>(CommandContext context, T* items, long count, long last, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        // The parts do not touch each other: the shorter one comes first, so that the stack stays flat.
        while (count >= Short && last >= 0)
        {
            Partition(context, items, count, order, out long less, out long greater);
            long greaterFrom = count - greater;
            if (less <= greater)
            {
                if (less > 1)
                    Run(context, items, less, last, order);
                items += greaterFrom;
                count = greater;
                last -= greaterFrom;
            }
            else
            {
                if (greater > 1)
                    Run(context, items + greaterFrom, greater, last - greaterFrom, order);
                count = less;
            }
        }
        if (last < 0)
            return;
        for (long i = 1; i < count; i++)
        {
            for (long at = i; at > 0 && order.Compare(items[at - 1], items[at]) > 0; at--)
                Swap(items + at, items + at - 1);
        }
    }

    // Lesser items, those that equal the pivot, greater ones. Equal ones are gathered at both ends and moved to the middle.
    private static void Partition<T, TOrder>(CommandContext context, T* items, long count, TOrder order, out long less, out long greater)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        Swap(items, Pivot(items, count, order));
        long equalEnd = 1, low = 1, high = count - 1, equalStart = count - 1, step = 0;
        while (true)
        {
            int compared;
            for (; low <= high && (compared = order.Compare(items[low], *items)) <= 0; low++)
            {
                if (compared == 0)
                    Swap(items + equalEnd++, items + low);
                context.Breathe(step++);
            }
            for (; low <= high && (compared = order.Compare(items[high], *items)) >= 0; high--)
            {
                if (compared == 0)
                    Swap(items + high, items + equalStart--);
                context.Breathe(step++);
            }
            if (low > high)
                break;
            Swap(items + low++, items + high--);
        }
        less = low - equalEnd;
        greater = equalStart - high;
        long moved = Math.Min(equalEnd, less);
        SwapRuns(items, items + low - moved, moved);
        moved = Math.Min(greater, count - equalStart - 1);
        SwapRuns(items + low, items + count - moved, moved);
        Debug.Assert(less >= 0 && greater >= 0 && less + greater < count, "the pivot is in its place");
    }

    private static T* Pivot<T, TOrder>(T* items, long count, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        T* low = items, middle = items + count / 2, high = items + count - 1;
        if (count <= Short)
            return middle;
        if (count > Long)
        {
            long part = count / 8;
            low = Median(low, low + part, low + 2 * part, order);
            middle = Median(middle - part, middle, middle + part, order);
            high = Median(high - 2 * part, high - part, high, order);
        }
        return Median(low, middle, high, order);
    }

    private static T* Median<T, TOrder>(T* a, T* b, T* c, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        if (order.Compare(*a, *b) < 0)
            return order.Compare(*b, *c) < 0 ? b : order.Compare(*a, *c) < 0 ? c : a;
        return order.Compare(*b, *c) > 0 ? b : order.Compare(*a, *c) < 0 ? a : c;
    }

    private static void Swap<T>(T* a, T* b)
        where T : unmanaged => (*a, *b) = (*b, *a);

    private static void SwapRuns<T>(T* a, T* b, long count)
        where T : unmanaged
    {
        for (; count > 0; count--)
            Swap(a++, b++);
    }
}
