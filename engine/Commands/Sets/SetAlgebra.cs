using System.Runtime.InteropServices;
using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sets;

/// <summary>
/// Intersection, union and difference of sets that are ordered by their members' hashes. The result takes eight bytes for
/// each member; nothing else grows with the sets. Sources are collections of kind set; the result is bulk strings in the
/// pool.
/// </summary>
internal static unsafe class SetAlgebra
{
    /// <summary>
    /// Counts the members that all sources have, up to a limit, and adds them to a list when one is given. The smallest source
    /// is walked, the others are asked: O(N·M·log). Brings the sources in order of size.
    /// </summary>
    public static long Intersect(CommandContext context, BulkList sources, BulkList? found, long limit)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        sources.Items.Sort(static (a, b) => ((Collection*)a)->Count.CompareTo(((Collection*)b)->Count));
        Collection* smallest = (Collection*)sources[0];
        long count = 0;
        for (ElementCursor at = new(smallest->Elements); at.IsValid && count < limit; at.MoveNext())
        {
            context.Breathe(step++);
            byte* bulk = at.Bulk(pool);
            if (!InAllOthers(sources, smallest, at.Key, bulk, pool))
                continue;
            count++;
            found?.Add(bulk);
        }
        return count;
    }

    /// <summary>Adds the members of the first source that no other has: O(N·M·log) in the size of the first.</summary>
    public static void Subtract(CommandContext context, BulkList sources, BulkList found)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        Collection* first = (Collection*)sources[0];
        // The largest are likeliest to have a member, which ends the search for it.
        sources.Items[1..].Sort(static (a, b) => ((Collection*)b)->Count.CompareTo(((Collection*)a)->Count));
        for (ElementCursor at = new(first->Elements); at.IsValid; at.MoveNext())
        {
            context.Breathe(step++);
            byte* bulk = at.Bulk(pool);
            if (!InAnyOther(sources, first, at.Key, bulk, pool))
                found.Add(bulk);
        }
    }

    /// <summary>Adds the members that any source has, each once: a merge by hash, O(N·log M) in the members of all sources.</summary>
    public static void Unite(CommandContext context, BulkList sources, BulkList found)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        Head* heap = (Head*)NativeMemory.Alloc((nuint)sources.Count, (nuint)sizeof(Head));
        int heads = 0;
        for (int i = 0; i < sources.Count; i++)
        {
            ElementCursor cursor = new(((Collection*)sources[i])->Elements);
            if (cursor.IsValid)
                heap[heads++] = new Head(cursor, pool);
        }
        for (int i = heads / 2 - 1; i >= 0; i--)
            SiftDown(heap, heads, i);
        Head last = default;
        while (heads > 0)
        {
            context.Breathe(step++);
            if (found.Count == 0 || heap[0].CompareTo(last) != 0)
            {
                last = heap[0];
                found.Add(last.Bulk);
            }
            heap[0].Cursor.MoveNext();
            heap[0] = heap[0].Cursor.IsValid ? new Head(heap[0].Cursor, pool) : heap[--heads];
            SiftDown(heap, heads, 0);
        }
        NativeMemory.Free(heap);
    }

    private static bool InAllOthers(BulkList sources, Collection* walked, ulong hash, byte* bulk, byte* pool)
    {
        byte* data = BulkString.Data(bulk, out int length);
        for (int i = 1; i < sources.Count; i++)
        {
            Collection* other = (Collection*)sources[i];
            if (other != walked && SetValue.Find(other, pool, hash, data, length) == null)
                return false;
        }
        return true;
    }

    private static bool InAnyOther(BulkList sources, Collection* walked, ulong hash, byte* bulk, byte* pool)
    {
        byte* data = BulkString.Data(bulk, out int length);
        for (int i = 1; i < sources.Count; i++)
        {
            Collection* other = (Collection*)sources[i];
            if (other == walked || SetValue.Find(other, pool, hash, data, length) != null)
                return true;
        }
        return false;
    }

    private static void SiftDown(Head* heap, int count, int at)
    {
        while (true)
        {
            int least = at, left = 2 * at + 1;
            if (left < count && heap[left].CompareTo(heap[least]) < 0)
                least = left;
            if (left + 1 < count && heap[left + 1].CompareTo(heap[least]) < 0)
                least = left + 1;
            if (least == at)
                return;
            (heap[at], heap[least]) = (heap[least], heap[at]);
            at = least;
        }
    }

    // Where the walk over one source stands. The order is that of the trees: hash, then bytes.
    private struct Head(ElementCursor cursor, byte* pool)
    {
        public ElementCursor Cursor = cursor;
        public readonly ulong Hash = cursor.Key;
        public readonly byte* Bulk = cursor.Bulk(pool);

        public readonly int CompareTo(in Head other)
        {
            if (Hash != other.Hash)
                return Hash < other.Hash ? -1 : 1;
            byte* here = BulkString.Data(Bulk, out int length), there = BulkString.Data(other.Bulk, out int otherLength);
            return new ReadOnlySpan<byte>(here, length).SequenceCompareTo(new ReadOnlySpan<byte>(there, otherLength));
        }
    }
}
