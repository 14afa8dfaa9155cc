using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// HSCAN, SSCAN and ZSCAN: iterates over a collection in the order of its elements' hashes. The cursor is the next hash, so
/// the server keeps no state, and an element that exists during the whole scan is returned exactly once. Collections that
/// Redis would hold as a listpack or intset are returned in one call, as in Redis. Source: redis.io/commands/scan.
/// </summary>
internal static unsafe class ElementScan
{
    // Some clients keep cursors in a double: 53 bits of the hash are told, elements that share them come together.
    private const int CursorShift = 11;

    /// <summary>Answers the command in the context; its elements are told by <paramref name="tell"/>, as so many replies each.</summary>
    public static void Run(CommandContext context, ValueKind kind, int repliesEach, delegate*<CommandContext, byte*, void> tell)
    {
        if (!ScanArguments.TryReadCursor(context, 2, out ulong cursor) || !context.Collections.TryRead(1, kind, out Collection* collection))
            return;
        if (collection == null)
        {
            context.Reply.Array(2);
            context.Reply.BulkInteger(0);
            context.Reply.Array(0);
            return;
        }
        if (!ScanArguments.TryRead(context, 3, out ScanArguments options))
            return;
        BulkList found = BulkList.Found;
        ulong next = Walk(context, collection, cursor, options, found);
        context.Reply.Array(2);
        context.Reply.BulkInteger((long)next);
        context.Reply.Array((long)found.Count * repliesEach);
        for (int i = 0; i < found.Count; i++)
            tell(context, found[i]);
    }

    // Returns the cursor to continue with.
    private static ulong Walk(CommandContext context, Collection* collection, ulong cursor, in ScanArguments options, BulkList found)
    {
        bool whole = ValueEncoding.IsCompact(context, collection);
        ref OrderTree tree = ref collection->Kind == ValueKind.SortedSet ? ref collection->Members : ref collection->Elements;
        if (!whole && cursor > ulong.MaxValue >> CursorShift)
            return 0;
        ElementCursor at = whole ? new ElementCursor(tree) : ElementCursor.AtKey(tree, cursor << CursorShift);
        ulong last = 0;
        for (long seen = 0; at.IsValid; at.MoveNext(), seen++)
        {
            ulong place = at.Key >> CursorShift;
            if (!whole && seen >= options.Count && place != last)
                return place;
            last = place;
            byte* bulk = at.Bulk(context.PoolBase);
            byte* data = BulkString.Data(bulk, out int length);
            if (options.Accepts(new ReadOnlySpan<byte>(data, length)))
                found.Add(bulk);
        }
        return 0;
    }
}
