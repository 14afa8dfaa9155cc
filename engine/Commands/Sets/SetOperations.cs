using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sets;

/// <summary>SINTER, SINTERCARD, SUNION, SDIFF. Source: redis.io/commands.</summary>
internal static unsafe class SetOperations
{
    public static void Intersect(CommandContext context)
    {
        if (TryIntersect(context, 1, context.ArgCount - 1, out BulkList found))
            Tell(context, found);
    }

    public static void Unite(CommandContext context)
    {
        if (TryUnite(context, 1, context.ArgCount - 1, out BulkList found))
            Tell(context, found);
    }

    public static void Subtract(CommandContext context)
    {
        if (TrySubtract(context, 1, context.ArgCount - 1, out BulkList found))
            Tell(context, found);
    }

    public static void CountIntersection(CommandContext context)
    {
        if (!TryReadCount(context, out int keys, out long limit) || !SetSources.TryFind(context, 2, keys, out BulkList sources, out _))
            return;
        bool hasAll = sources.Count == keys;
        context.Reply.Integer(hasAll ? SetAlgebra.Intersect(context, sources, null, limit) : 0);
    }

    /// <summary>The members that all sets at these arguments have. False: the client has been told what is wrong.</summary>
    public static bool TryIntersect(CommandContext context, int firstArg, int count, out BulkList found)
    {
        found = BulkList.Found;
        if (!SetSources.TryFind(context, firstArg, count, out BulkList sources, out _))
            return false;
        if (sources.Count == count)
            SetAlgebra.Intersect(context, sources, found, long.MaxValue);
        return true;
    }

    /// <summary>The members that any set at these arguments has. False: the client has been told what is wrong.</summary>
    public static bool TryUnite(CommandContext context, int firstArg, int count, out BulkList found)
    {
        found = BulkList.Found;
        if (!SetSources.TryFind(context, firstArg, count, out BulkList sources, out _))
            return false;
        SetAlgebra.Unite(context, sources, found);
        return true;
    }

    /// <summary>The members of the first set that no other at these arguments has. False: the client has been told what is wrong.</summary>
    public static bool TrySubtract(CommandContext context, int firstArg, int count, out BulkList found)
    {
        found = BulkList.Found;
        if (!SetSources.TryFind(context, firstArg, count, out BulkList sources, out bool hasFirst))
            return false;
        if (hasFirst)
            SetAlgebra.Subtract(context, sources, found);
        return true;
    }

    private static void Tell(CommandContext context, BulkList found)
    {
        context.Reply.Set(found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            context.Reply.StoredBulk(found[i]);
            context.Breathe(i);
        }
    }

    // numkeys key … [LIMIT limit]; a limit of 0 is none.
    private static bool TryReadCount(CommandContext context, out int keys, out long limit)
    {
        limit = long.MaxValue;
        keys = 0;
        if (!Integers.TryParse(context.Arg(1), out long count) || count < 1)
        {
            context.Reply.Error("ERR numkeys should be greater than 0"u8);
            return false;
        }
        if (count > context.ArgCount - 2)
        {
            context.Reply.Error("ERR Number of keys can't be greater than number of args"u8);
            return false;
        }
        keys = (int)count;
        for (int i = 2 + keys; i < context.ArgCount; i += 2)
        {
            if (!OptionWord.Is(context.Arg(i), "LIMIT"u8) || i + 1 == context.ArgCount)
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
            if (!Integers.TryParse(context.Arg(i + 1), out limit) || limit < 0)
            {
                context.Reply.Error("ERR LIMIT can't be negative"u8);
                return false;
            }
            if (limit == 0)
                limit = long.MaxValue;
        }
        return true;
    }
}
