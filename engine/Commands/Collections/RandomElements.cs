using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Commands.Collections;

/// <summary>Picks random elements of a hash or set, each with the same probability, by rank in the tree.</summary>
internal static unsafe class RandomElements
{
    // Above one in so many the tree is walked along, below each rank is looked up.
    private const uint WalkShare = 16;

    /// <summary>One element's bulk string.</summary>
    public static byte* One(CommandContext context, Collection* collection) =>
        new ElementCursor(collection->Elements, Random.Shared.NextInt64(collection->Count)).Bulk(context.PoolBase);

    /// <summary>So many different ones; all when there are no more.</summary>
    public static void Distinct(CommandContext context, Collection* collection, long count, BulkList found)
    {
        if (count >= collection->Count)
        {
            for (ElementCursor at = new(collection->Elements); at.IsValid; at.MoveNext())
            {
                found.Add(at.Bulk(context.PoolBase));
                context.Breathe(found.Count);
            }
            return;
        }
        using RankSample sample = new(collection->Count, (int)count);
        ElementCursor cursor = new(collection->Elements);
        uint reached = 0;
        while (sample.TryNext(out uint rank))
        {
            if (rank < reached || rank - reached > WalkShare)
            {
                cursor = new ElementCursor(collection->Elements, rank);
                reached = rank;
            }
            for (; reached < rank; reached++)
                cursor.MoveNext();
            found.Add(cursor.Bulk(context.PoolBase));
            context.Breathe(found.Count);
        }
    }
}
