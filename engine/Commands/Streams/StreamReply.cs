using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Replies;

namespace Pkv.Engine.Commands.Streams;

/// <summary>How replies give IDs and entries: fields and values as they stand in the log.</summary>
internal static unsafe class StreamReply
{
    /// <summary>An ID, as a bulk string.</summary>
    public static void Id(ReplyWriter reply, StreamId id)
    {
        byte* text = stackalloc byte[StreamId.MaxBytes];
        reply.Bulk(new ReadOnlySpan<byte>(text, (int)(id.Write(text) - text)));
    }

    /// <summary>An entry: its ID, then its fields and values in one array.</summary>
    public static void Entry(CommandContext context, in Element entry)
    {
        byte* pool = context.PoolBase;
        context.Reply.Array(2);
        Id(context.Reply, StreamEntry.IdOf(entry, pool));
        context.Reply.Array(2L * StreamEntry.Pairs(entry));
        byte* fields = StreamEntry.Fields(entry, pool);
        context.Reply.StoredElements(fields, StreamEntry.End(entry, pool) - fields);
    }

    /// <summary>The first of the entries from one ID to another, or with <paramref name="backwards"/> the last, as an array.</summary>
    /// <param name="context">The command.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="start">The lowest ID.</param>
    /// <param name="end">The highest ID.</param>
    /// <param name="most">How many entries at most.</param>
    /// <param name="backwards">The highest ID comes first.</param>
    /// <returns>Entries in the reply.</returns>
    public static long Range(CommandContext context, Collection* stream, StreamId start, StreamId end, long most, bool backwards)
    {
        byte* pool = context.PoolBase;
        uint first = stream->Elements.RankOf(StreamEntry.ProbeOf(start, pool));
        uint behind = end.TryNext(out StreamId next) ? stream->Elements.RankOf(StreamEntry.ProbeOf(next, pool)) : stream->Count;
        long count = start > end || behind <= first ? 0 : Math.Min(most, behind - first);
        context.Reply.Array(count);
        if (count == 0)
            return 0;
        ElementCursor cursor = new(stream->Elements, backwards ? behind - 1 : first);
        for (long i = 0; i < count; i++)
        {
            Entry(context, cursor.Element);
            if (backwards)
                cursor.MovePrevious();
            else
                cursor.MoveNext();
            context.Breathe(i);
        }
        return count;
    }
}
