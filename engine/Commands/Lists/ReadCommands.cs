using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Commands.Lists;

/// <summary>LLEN, LINDEX, LRANGE. Source: redis.io/commands/lrange and others.</summary>
internal static unsafe class ReadCommands
{
    public static void Length(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.List, out Collection* list))
            context.Reply.Integer(list == null ? 0 : list->Count);
    }

    public static void Index(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.List, out Collection* list))
            return;
        long index = 0;
        if (list != null && !ListIndex.TryRead(context, 2, out index))
            return;
        ElementCursor cursor = list == null ? default : new(list->Elements, ListIndex.FromHead(index, list->Count));
        if (cursor.IsValid)
            context.Reply.StoredBulk(cursor.Bulk(context.PoolBase));
        else
            context.Reply.Null();
    }

    public static void Range(CommandContext context)
    {
        if (!ListIndex.TryRead(context, 2, out long start) || !ListIndex.TryRead(context, 3, out long stop)
            || !context.Collections.TryRead(1, ValueKind.List, out Collection* list))
            return;
        long length = list == null ? 0 : list->Count;
        if (!ListIndex.TryClamp(ref start, ref stop, length))
        {
            context.Reply.Array(0);
            return;
        }
        long count = stop - start + 1;
        context.Reply.Array(count);
        if (count == length && context.Collections.TryReplyWhole(list))
            return;
        ElementCursor cursor = new(list->Elements, start);
        for (long i = 0; i < count; i++, cursor.MoveNext())
        {
            context.Reply.StoredBulk(cursor.Bulk(context.PoolBase));
            context.Breathe(i);
        }
    }
}
