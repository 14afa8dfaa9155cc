using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>
/// LMPOP and BLMPOP: several elements of the first list that exists. Source: redis.io/commands/lmpop, texts of Redis
/// 7.0.15.
/// </summary>
internal static unsafe class PopManyCommand
{
    public static void PopMany(CommandContext context)
    {
        if (Request.TryRead(context, countArg: 1, out Request request) && !TryPop(context, request))
            context.Reply.NullArray();
    }

    public static void WaitPopMany(CommandContext context)
    {
        if (!Request.TryRead(context, countArg: 2, out Request request) || !BlockingTimeout.TryRead(context, 1, out long untilMs) || TryPop(context, request))
            return;
        if (!context.Blocking.Wait(context, ValueKind.List, request.FirstKey, request.KeyCount, untilMs))
            context.Reply.NullArray();
    }

    // True: answered, be it with an error.
    private static bool TryPop(CommandContext context, in Request request)
    {
        for (int i = request.FirstKey; i < request.FirstKey + request.KeyCount; i++)
        {
            if (!context.Blocking.Considers(context, i))
                continue;
            KeyRef key = context.KeyAt(i);
            if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
                return true;
            if (list == null)
                continue;
            ListEnd.PopSome(context, key, list, request.AtHead, Math.Min(request.Count, list->Count), withKey: true);
            return true;
        }
        return false;
    }

    private struct Request
    {
        public int FirstKey, KeyCount;
        public long Count;
        public bool AtHead;

        // numkeys key [key …] LEFT|RIGHT [COUNT count]. False: the client has been told what is wrong.
        public static bool TryRead(CommandContext context, int countArg, out Request request)
        {
            request = new Request { FirstKey = countArg + 1, Count = 1 };
            if (!Integers.TryParse(context.Arg(countArg), out long keys) || keys <= 0)
            {
                context.Reply.Error("ERR numkeys should be greater than 0"u8);
                return false;
            }
            if (keys >= context.ArgCount - request.FirstKey)
                return RefuseSyntax(context);
            request.KeyCount = (int)keys;
            int index = request.FirstKey + request.KeyCount;
            if (!ListEnd.TryRead(context, index, out request.AtHead))
                return false;
            if (++index == context.ArgCount)
                return true;
            if (index + 1 == context.ArgCount || !OptionWord.Is(context.Arg(index), "COUNT"u8))
                return RefuseSyntax(context);
            if (Integers.TryParse(context.Arg(index + 1), out request.Count) && request.Count > 0)
                return index + 2 == context.ArgCount || RefuseSyntax(context);
            // Also where more follows: options are read one after the other.
            context.Reply.Error("ERR count should be greater than 0"u8);
            return false;
        }

        private static bool RefuseSyntax(CommandContext context)
        {
            context.Reply.Error("ERR syntax error"u8);
            return false;
        }
    }
}
