using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Geo;

/// <summary>What a search has found, off the managed heap, to be disposed of. The bytes of the members lie in the pool.</summary>
internal unsafe struct GeoMatches : IDisposable
{
    private const int FirstCapacity = 64;

    private GeoMatch* _items;
    private int _capacity;

    public int Count { get; private set; }

    public readonly GeoMatch* Items => _items;

    /// <summary>Looks for the members of a shape, cell by cell. Others are served when that takes long.</summary>
    /// <param name="context">The command.</param>
    /// <param name="set">Where.</param>
    /// <param name="shape">What it covers.</param>
    /// <param name="limit">Ends the search once this many matches are found; 0 means no limit.</param>
    public void Search(CommandContext context, Collection* set, in GeoShape shape, long limit)
    {
        SearchCells cells = SearchCells.Of(shape);
        for (int i = 0; i < cells.Count && (limit == 0 || Count < limit); i++)
            SearchCell(context, set, shape, cells[i], limit);
    }

    /// <summary>Brings the first ones that are wanted into the order of their distances, as Redis orders those that are equally far.</summary>
    public readonly void Sort(CommandContext context, int wanted, bool isDescending)
    {
        DistanceOrder order = new(isDescending);
        if (wanted == Count)
            Collections.SlicedSort.Run(context, _items, Count, order);
        else if (wanted > 0)
            PartialSort.Run(context, _items, Count, wanted - 1, order);
    }

    public void Dispose()
    {
        GrowingMemory.Free(_items, (long)_capacity * sizeof(GeoMatch));
        _items = null;
        _capacity = Count = 0;
    }

    private void SearchCell(CommandContext context, Collection* set, in GeoShape shape, in GeoCell cell, long limit)
    {
        ulong end = SortKeys.FromScore(cell.EndScore);
        ElementCursor at = ElementCursor.AtKey(set->Elements, SortKeys.FromScore(cell.FirstScore));
        for (long step = 0; at.IsValid && at.Key < end; at.MoveNext())
        {
            context.Breathe(step++);
            double score = SortedSetValue.ScoreOf(at, context.PoolBase);
            if (!shape.Contains(GeoCell.OfScore(score).Center, out double meters))
                continue;
            Add(new GeoMatch { Bulk = at.Bulk(context.PoolBase), Score = score, Meters = meters });
            if (limit != 0 && Count >= limit)
                return;
        }
    }

    private void Add(in GeoMatch match)
    {
        Debug.Assert(Count <= _capacity, "there are no more matches than there is room for");
        if (Count == _capacity)
        {
            int capacity = Math.Max(FirstCapacity, _capacity * 2);
            _items = (GeoMatch*)GrowingMemory.Resize(_items, (long)_capacity * sizeof(GeoMatch), (long)capacity * sizeof(GeoMatch));
            _capacity = capacity;
        }
        _items[Count++] = match;
    }

    private readonly struct DistanceOrder(bool isDescending) : IComparer<GeoMatch>
    {
        public int Compare(GeoMatch a, GeoMatch b)
        {
            int order = a.Meters > b.Meters ? 1 : a.Meters == b.Meters ? 0 : -1;
            return isDescending ? -order : order;
        }
    }
}
