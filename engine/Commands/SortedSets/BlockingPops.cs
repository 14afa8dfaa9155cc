using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// BZPOPMIN, BZPOPMAX, BZMPOP: like the non-blocking forms, but a client that finds nothing waits. Source:
/// redis.io/commands; order of checks of Redis 7.0.
/// </summary>
internal static unsafe class BlockingPops
{
    private const int TimeoutArg = 1;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("bzpopmin", &PopLowest);
        bindings.Bind("bzpopmax", &PopHighest);
        bindings.Bind("bzmpop", &PopFirst);
    }

    private static void PopLowest(CommandContext context) => PopOne(context, isHighest: false);

    private static void PopHighest(CommandContext context) => PopOne(context, isHighest: true);

    private static void PopOne(CommandContext context, bool isHighest)
    {
        int timeoutArg = context.ArgCount - 1;
        if (BlockingTimeout.TryRead(context, timeoutArg, out long untilMs))
            Pop(context, firstKey: 1, timeoutArg - 1, isHighest, count: 1, PopReply.KeyAndFlat, untilMs);
    }

    private static void PopFirst(CommandContext context)
    {
        if (PopQuery.TryRead(context, TimeoutArg + 1, out PopQuery query) && BlockingTimeout.TryRead(context, TimeoutArg, out long untilMs))
            Pop(context, query.FirstKey, query.Keys, query.IsHighest, query.Count, PopReply.KeyAndPairs, untilMs);
    }

    private static void Pop(CommandContext context, int firstKey, int keys, bool isHighest, long count, PopReply shape, long untilMs)
    {
        for (int i = firstKey; i < firstKey + keys; i++)
        {
            if (!context.Blocking.Considers(context, i))
                continue;
            KeyRef key = context.KeyAt(i);
            if (!context.Collections.TryOpen(key, ValueKind.SortedSet, out Collection* set))
                return;
            if (set == null)
                continue;
            PopCommands.Take(context, key, set, isHighest, count, shape);
            return;
        }
        if (!context.Blocking.Wait(context, ValueKind.SortedSet, firstKey, keys, untilMs))
            context.Reply.NullArray();
    }
}
