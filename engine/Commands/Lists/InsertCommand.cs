using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>
/// LINSERT: inserts a value before or after another one. It gets an ordinal between its neighbors' (see <see
/// cref="ListOrdinals"/>); if there is none left, elements around it are first spread over more ordinals. Source:
/// redis.io/commands/linsert.
/// </summary>
internal static unsafe class InsertCommand
{
    // To each side of the new element, at first.
    private const long NarrowWindow = 8;

    // Places from one spread element to the next: the more elements must move, the more room they shall get, so
    // that it takes the longer until they move again.
    private const long LeastStep = 2;
    private const long EnoughStep = 8;

    public static void Insert(CommandContext context)
    {
        bool isBefore = OptionWord.Is(context.Arg(2), "BEFORE"u8);
        if (!isBefore && !OptionWord.Is(context.Arg(2), "AFTER"u8))
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        if (list == null)
        {
            context.Reply.Integer(0);
            return;
        }
        long pivot = RankOf(context, list, context.Args.Items[3]);
        if (pivot < 0)
        {
            context.Reply.Integer(-1);
            return;
        }
        if (!InsertAt(context, key, list, isBefore ? pivot : pivot + 1, context.Args.Items[4]))
            return;
        context.Reply.Integer(list->Count);
        context.Notify(KeyspaceEvents.List, "linsert"u8, key);
    }

    private static long RankOf(CommandContext context, Collection* list, Arg value)
    {
        long rank = 0;
        for (ElementCursor cursor = new(list->Elements); cursor.IsValid; cursor.MoveNext(), rank++)
        {
            if (BulkString.Holds(cursor.Bulk(context.PoolBase), value.Data, value.Length))
                return rank;
            context.Breathe(rank);
        }
        return -1;
    }

    private static bool InsertAt(CommandContext context, in KeyRef key, Collection* list, long rank, Arg value)
    {
        ElementBatch batch = context.Collections.NewBatch();
        if (rank == 0 || rank == list->Count)
        {
            batch.Add(value.Data, value.Length);
            return context.Collections.Push(key, list, batch, atHead: rank == 0);
        }
        if (!ListOrdinals.TryBetween(OrdinalAt(list, rank - 1), OrdinalAt(list, rank), out long ordinal))
            return Spread(context, key, list, rank, value);
        batch.AddPlaced(SortKeys.FromOrdinal(ordinal), value.Data, value.Length);
        return context.Collections.Put(key, list, ValueKind.List, batch, out _);
    }

    // The ends are open: up to where the next command would push.
    private static bool Spread(CommandContext context, in KeyRef key, Collection* list, long rank, Arg value)
    {
        long length = list->Count, bound = ListOrdinals.OfPush(context.Locks.LastSequence + 1, 0, atHead: false);
        long least = LeastStep;
        for (long width = NarrowWindow; ; width *= 2)
        {
            long first = Math.Max(0, rank - width), end = Math.Min(length, rank + width);
            long low = first == 0 ? -bound : OrdinalAt(list, first - 1), high = end == length ? bound : OrdinalAt(list, end);
            long count = end - first + 1, step = (high - low) / (count + 1);
            if (step >= least || count > length)
                return Spread(context, key, list, new Window(first, rank, count, low, high, step), value);
            least = Math.Min(least + 1, EnoughStep);
        }
    }

    private static bool Spread(CommandContext context, in KeyRef key, Collection* list, in Window window, Arg value)
    {
        ElementBatch batch = context.Collections.NewBatch();
        ElementCursor cursor = new(list->Elements, window.First);
        for (long i = 0; i < window.Count; i++)
        {
            ulong place = SortKeys.FromOrdinal(window.Low + window.Step * (i + 1));
            if (window.First + i == window.Rank)
            {
                batch.AddPlaced(place, value.Data, value.Length);
                continue;
            }
            byte* data = BulkString.Data(cursor.Bulk(context.PoolBase), out int length);
            batch.AddPlaced(place, data, length);
            cursor.MoveNext();
            context.Breathe(i);
        }
        RecordPlan plan = context.Recorder.BeginPlan();
        plan.AddBatch(context, key, batch);
        plan.AddCuts(key.Length, window.Count);
        plan.AddTombstone(key);
        if (!context.Room.TryPrepare())
            return false;
        context.Thread.Log.BeginTransaction();
        bool done = context.Collections.Put(key, list, ValueKind.List, batch, out _) && CutOld(context, key, list, window);
        context.Thread.Log.EndTransaction();
        return done;
    }

    // What stands in the window at none of the new places is where it was before.
    private static bool CutOld(CommandContext context, in KeyRef key, Collection* list, in Window window)
    {
        ElementBatch batch = context.Collections.NewBatch();
        ulong end = SortKeys.FromOrdinal(window.High);
        for (ElementCursor cursor = ElementCursor.AtKey(list->Elements, SortKeys.FromOrdinal(window.Low + 1)); cursor.IsValid && cursor.Key < end; cursor.MoveNext())
        {
            if (!window.IsNew(SortKeys.ToOrdinal(cursor.Key)))
                batch.AddCut(cursor.Key, cursor.Key);
        }
        return batch.Count == 0 || context.Collections.Remove(key, list, batch);
    }

    private static long OrdinalAt(Collection* list, long rank) => SortKeys.ToOrdinal(new ElementCursor(list->Elements, rank).Key);

    // From a rank on so many elements, the new one counted, which are to stand between two ordinals.
    private readonly record struct Window(long First, long Rank, long Count, long Low, long High, long Step)
    {
        public bool IsNew(long ordinal) => (ordinal - Low) % Step == 0 && (ordinal - Low) / Step <= Count;
    }
}
