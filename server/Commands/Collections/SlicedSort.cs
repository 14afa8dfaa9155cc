using System.Runtime.InteropServices;
using Pkv.Server.Execution;

namespace Pkv.Server.Commands.Collections;

/// <summary>
/// Sorts what a command has gathered off the managed heap, in slices between which others can be served: runs that are sorted at
/// once, about a millisecond each, then merged. Keeps the order of equals; needs as much memory again where there are several runs.
/// </summary>
internal static unsafe class SlicedSort
{
    private const int RunItems = 4096;

    public static void Run<T, TOrder>(CommandContext context, T* items, int count, TOrder order)
        where T : unmanaged
        where TOrder : struct, IComparer<T>
    {
        for (int first = 0; first < count; first += RunItems)
        {
            new Span<T>(items + first, Math.Min(RunItems, count - first)).Sort(order);
            context.Breathe();
        }
        if (count <= RunItems)
            return;
        T* from = items, to = (T*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(T)), spare = to;
        for (long run = RunItems; run < count; run *= 2)
        {
            for (long first = 0; first < count; first += 2 * run)
                Merge(context, from, to, first, Math.Min(first + run, count), Math.Min(first + 2 * run, count), order);
            T* merged = to;
            to = from;
            from = merged;
        }
        if (from != items)
            Copy(context, from, items, count);
        NativeMemory.Free(spare);
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
