using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Sorting;

/// <summary>The elements that SORT works on, off the managed heap: loads, weighs and sorts them.</summary>
internal unsafe struct SortVector(CommandContext context, SortOptions options)
{
    private SortItem* _items;
    private int _count;

    /// <summary>The result: items [start, end).</summary>
    public int Start { get; private set; }

    public int End { get; private set; }

    /// <summary>The element's bulk string at a place of the result.</summary>
    public readonly byte* this[int index] => _items[index].Bulk;

    /// <summary>Loads the elements that the result may hold. Null: none.</summary>
    public void Load(Collection* collection)
    {
        int size = collection == null ? 0 : (int)collection->Count;
        long start = Math.Clamp(options.Offset, 0, size), wanted = Math.Clamp(options.Count, -1, size);
        long end = Math.Min(size, wanted < 0 ? size : start + wanted);
        if (start >= size)
            start = end = size;
        // A list and a sorted set have an order of their own: of that only the range that is asked for is needed.
        bool ordered = options.Unsorted && collection != null && collection->Kind != ValueKind.Set;
        _count = ordered ? (int)(end - start) : size;
        (Start, End) = ordered ? (0, _count) : ((int)start, (int)end);
        if (_count == 0)
            return;
        _items = (SortItem*)GrowingMemory.Resize(null, 0, (long)_count * sizeof(SortItem));
        bool backwards = ordered && options.Descending;
        ElementCursor at = new(collection->Elements, !ordered ? 0 : backwards ? size - 1 - start : start);
        for (int i = 0; i < _count; i++)
        {
            _items[i] = new SortItem { Bulk = at.Bulk(context.PoolBase), Place = i };
            context.Breathe(i);
            if (backwards)
                at.MovePrevious();
            else
                at.MoveNext();
        }
    }

    /// <summary>Brings them in order. False: a weight is no number.</summary>
    public readonly bool TrySort(ref SortPattern patterns)
    {
        bool byWeight = options.ByArg != 0;
        for (int i = 0; i < _count; i++)
        {
            SortItem* item = _items + i;
            context.Breathe(i);
            item->Weight = byWeight ? patterns.Follow(context.Arg(options.ByArg), item->Bulk) : item->Bulk;
            if (options.Alpha || item->Weight == null)
                continue;
            byte* text = BulkString.Data(item->Weight, out int length);
            if (!SortNumber.TryParse(new ReadOnlySpan<byte>(text, length), out item->Score))
                return false;
        }
        SortOrder order = new(options.Alpha, options.Descending, byWeight, options.StoreArg != 0);
        SlicedSort.Run(context, _items, _count, order);
        return true;
    }

    public readonly void Dispose() => GrowingMemory.Free(_items, (long)_count * sizeof(SortItem));
}
