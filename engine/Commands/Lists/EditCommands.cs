using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>
/// LSET, LREM, LTRIM. Logged as the elements they put or removed, by ordinal. Source: redis.io/commands/lrem and others,
/// texts of Redis 7.0.15.
/// </summary>
internal static unsafe class EditCommands
{
    public static void Set(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        if (list == null)
        {
            context.Reply.Error("ERR no such key"u8);
            return;
        }
        if (!ListIndex.TryRead(context, 2, out long index))
            return;
        ElementCursor cursor = new(list->Elements, ListIndex.FromHead(index, list->Count));
        if (!cursor.IsValid)
        {
            context.Reply.Error("ERR index out of range"u8);
            return;
        }
        ElementBatch batch = context.Collections.NewBatch();
        batch.AddPlaced(cursor.Key, context.Args.Items[3].Data, context.Args.Items[3].Length);
        if (!context.Collections.Put(key, list, ValueKind.List, batch, out _))
            return;
        context.Reply.Ok();
        context.Notify(KeyspaceEvents.List, "lset"u8, key);
    }

    public static void Remove(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!ListIndex.TryRead(context, 2, out long count) || !context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        long removed = 0;
        if (list != null)
        {
            // The lowest integer has no counterpart: as in Redis it limits nothing.
            long limit = count == 0 || count == long.MinValue ? long.MaxValue : Math.Abs(count);
            ElementBatch batch = context.Collections.NewBatch();
            removed = Collect(context, list, count < 0, limit, batch);
            bool isEmptied = removed == list->Count;
            if (removed > 0 && !Cut(context, key, list, batch, "lrem"u8, isEmptied))
                return;
        }
        context.Reply.Integer(removed);
    }

    public static void Trim(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!ListIndex.TryRead(context, 2, out long start) || !ListIndex.TryRead(context, 3, out long stop)
            || !context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        if (list != null && !Keep(context, key, list, start, stop))
            return;
        context.Reply.Ok();
    }

    private static bool Keep(CommandContext context, in KeyRef key, Collection* list, long start, long stop)
    {
        long length = list->Count;
        ulong first = new ElementCursor(list->Elements).Key, last = new ElementCursor(list->Elements, length - 1).Key;
        ElementBatch batch = context.Collections.NewBatch();
        bool isEmptied = !ListIndex.TryClamp(ref start, ref stop, length);
        if (isEmptied)
            batch.AddCut(first, last);
        else
        {
            if (start > 0)
                batch.AddCut(first, new ElementCursor(list->Elements, start - 1).Key);
            if (stop < length - 1)
                batch.AddCut(new ElementCursor(list->Elements, stop + 1).Key, last);
        }
        if (batch.Count > 0)
            return Cut(context, key, list, batch, "ltrim"u8, isEmptied);
        // Nothing to cut counts as a change all the same, as in Redis.
        context.TouchWatchers(key);
        context.Notify(KeyspaceEvents.List, "ltrim"u8, key);
        return true;
    }

    // Puts the values that equal argument 3 into the batch, neighbours as one cut.
    private static long Collect(CommandContext context, Collection* list, bool backwards, long limit, ElementBatch batch)
    {
        byte* pool = context.PoolBase;
        byte* data = context.Args.Items[3].Data;
        int length = context.Args.Items[3].Length;
        long found = 0;
        ulong runStart = 0, runEnd = 0;
        bool inRun = false;
        long step = 0;
        for (ElementCursor cursor = ListEnd.At(list, atHead: !backwards); cursor.IsValid && found < limit; Move(ref cursor, backwards))
        {
            if (BulkString.Holds(cursor.Bulk(pool), data, length))
            {
                found++;
                runEnd = cursor.Key;
                if (!inRun)
                    runStart = runEnd;
                inRun = true;
            }
            else if (inRun)
            {
                AddRun(batch, runStart, runEnd);
                inRun = false;
            }
            context.Breathe(step++);
        }
        if (inRun)
            AddRun(batch, runStart, runEnd);
        return found;
    }

    private static void Move(ref ElementCursor cursor, bool backwards)
    {
        if (backwards)
            cursor.MovePrevious();
        else
            cursor.MoveNext();
    }

    private static void AddRun(ElementBatch batch, ulong a, ulong b) => batch.AddCut(Math.Min(a, b), Math.Max(a, b));

    private static bool Cut(CommandContext context, in KeyRef key, Collection* list, ElementBatch batch, ReadOnlySpan<byte> name, bool isEmptied)
    {
        if (!context.Collections.Remove(key, list, batch))
            return false;
        context.Notify(KeyspaceEvents.List, name, key);
        if (isEmptied)
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
        return true;
    }
}
