using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>The arguments of ZMPOP and BZMPOP: <c>numkeys key … MIN|MAX [COUNT count]</c>.</summary>
internal struct PopQuery
{
    /// <summary>The first key's argument.</summary>
    public int FirstKey { get; private set; }

    public int Keys { get; private set; }

    public bool IsHighest { get; private set; }

    /// <summary>Elements to pop, at least 1.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the arguments from numkeys on. False: they are wrong and the client has been told.</summary>
    public static bool TryRead(CommandContext context, int numberArg, out PopQuery query)
    {
        query = new PopQuery { FirstKey = numberArg + 1, Count = 1 };
        if (!PopCommands.TryReadCount(context, numberArg, 1, "ERR numkeys should be greater than 0"u8, out long keys))
            return false;
        if (keys >= context.ArgCount - query.FirstKey)
            return Refuse(context);
        query.Keys = (int)keys;
        int at = query.FirstKey + query.Keys;
        query.IsHighest = OptionWord.Is(context.Arg(at), "MAX"u8);
        if (!query.IsHighest && !OptionWord.Is(context.Arg(at), "MIN"u8))
            return Refuse(context);
        bool hasCount = false;
        while (++at < context.ArgCount)
        {
            if (hasCount || !OptionWord.Is(context.Arg(at), "COUNT"u8) || ++at == context.ArgCount)
                return Refuse(context);
            if (!PopCommands.TryReadCount(context, at, 1, "ERR count should be greater than 0"u8, out long count))
                return false;
            query.Count = count;
            hasCount = true;
        }
        return true;
    }

    private static bool Refuse(CommandContext context)
    {
        context.Reply.Error("ERR syntax error"u8);
        return false;
    }
}
