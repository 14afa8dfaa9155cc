using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Engine.Table;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Lists;

/// <summary>The two ends of a list, called LEFT and RIGHT by commands.</summary>
internal static unsafe class ListEnd
{
    /// <summary>LEFT or RIGHT. False: another word, and the client has been told.</summary>
    public static bool TryRead(CommandContext context, int index, out bool atHead)
    {
        atHead = OptionWord.Is(context.Arg(index), "LEFT"u8);
        if (atHead || OptionWord.Is(context.Arg(index), "RIGHT"u8))
            return true;
        context.Reply.Error("ERR syntax error"u8);
        return false;
    }

    public static ReadOnlySpan<byte> PushEvent(bool atHead) => atHead ? "lpush"u8 : "rpush"u8;

    /// <summary>The first or last element.</summary>
    public static ElementCursor At(Collection* list, bool atHead) => new(list->Elements, atHead ? 0 : list->Count - 1);

    /// <summary>
    /// Pops so many elements, at least one and at most all, and replies with them, and before them, if asked, with the key.
    /// </summary>
    public static void PopSome(CommandContext context, in KeyRef key, Collection* list, bool atHead, long count, bool withKey)
    {
        GatherBuffer output = context.Reply.Output;
        int length = output.Length, slices = output.SliceCount;
        if (withKey)
        {
            context.Reply.Array(2);
            context.Reply.Bulk(key.Span);
        }
        Reply(context, list, atHead, count);
        if (Remove(context, key, list, atHead, count))
            return;
        output.Truncate(length, slices);
        context.OutOfMemory();
    }

    /// <summary>
    /// Removes so many elements, at least one and at most all, from an end, and tells of it. The list may be gone afterwards. False: not
    /// even the room for deletes is left, the client has been told.
    /// </summary>
    public static bool Remove(CommandContext context, in KeyRef key, Collection* list, bool atHead, long count)
    {
        bool isEmptied = count == list->Count;
        ulong end = At(list, atHead).Key;
        ulong inner = count == 1 ? end : new ElementCursor(list->Elements, atHead ? count - 1 : list->Count - count).Key;
        ElementBatch batch = context.Collections.NewBatch();
        batch.AddCut(atHead ? end : inner, atHead ? inner : end);
        if (!context.Collections.Remove(key, list, batch))
            return false;
        context.Notify(KeyspaceEvents.List, atHead ? "lpop"u8 : "rpop"u8, key);
        if (isEmptied)
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
        return true;
    }

    // Elements from an end on, in the order in which they are popped.
    private static void Reply(CommandContext context, Collection* list, bool atHead, long count)
    {
        context.Reply.Array(count);
        ElementCursor cursor = At(list, atHead);
        for (long i = 0; i < count; i++)
        {
            context.Reply.StoredBulk(cursor.Bulk(context.PoolBase));
            context.Breathe(i);
            if (atHead)
                cursor.MoveNext();
            else
                cursor.MovePrevious();
        }
    }
}
