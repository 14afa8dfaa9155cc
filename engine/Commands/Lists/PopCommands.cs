using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>
/// LPOP, RPOP, BLPOP, BRPOP. Logged as the elements removed. Source: redis.io/commands/lpop and others, texts of Redis
/// 7.0.15.
/// </summary>
internal static unsafe class PopCommands
{
    public static void PopHead(CommandContext context) => Pop(context, atHead: true);

    public static void PopTail(CommandContext context) => Pop(context, atHead: false);

    public static void WaitPopHead(CommandContext context) => WaitPop(context, atHead: true);

    public static void WaitPopTail(CommandContext context) => WaitPop(context, atHead: false);

    private static void Pop(CommandContext context, bool atHead)
    {
        bool hasCount = context.ArgCount == 3;
        long count = 1;
        if (context.ArgCount > 3)
        {
            DispatchErrors.WrongArity(context.Reply, context.Spec);
            return;
        }
        if (hasCount && (!Integers.TryParse(context.Arg(2), out count) || count < 0))
        {
            context.Reply.Error("ERR value is out of range, must be positive"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        if (list == null && hasCount)
            context.Reply.NullArray();
        else if (list == null)
            context.Reply.Null();
        else if (count == 0)
            context.Reply.Array(0);
        else if (!hasCount)
            PopOne(context, key, list, atHead);
        else
            ListEnd.PopSome(context, key, list, atHead, Math.Min(count, list->Count), withKey: false);
    }

    private static void PopOne(CommandContext context, in KeyRef key, Collection* list, bool atHead)
    {
        // What was removed stays where it is until the reply is sent.
        byte* bulk = ListEnd.At(list, atHead).Bulk(context.PoolBase);
        if (ListEnd.Remove(context, key, list, atHead, 1))
            context.Reply.StoredBulk(bulk);
    }

    // The first key that holds a list gives its end; else the client waits for any of them.
    private static void WaitPop(CommandContext context, bool atHead)
    {
        int keyCount = context.ArgCount - 2;
        if (!BlockingTimeout.TryRead(context, context.ArgCount - 1, out long untilMs))
            return;
        for (int i = 1; i <= keyCount; i++)
        {
            if (!context.Blocking.Considers(context, i))
                continue;
            KeyRef key = context.KeyAt(i);
            if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
                return;
            if (list == null)
                continue;
            byte* bulk = ListEnd.At(list, atHead).Bulk(context.PoolBase);
            if (!ListEnd.Remove(context, key, list, atHead, 1))
                return;
            context.Reply.Array(2);
            context.Reply.Bulk(key.Span);
            context.Reply.StoredBulk(bulk);
            return;
        }
        if (!context.Blocking.Wait(context, ValueKind.List, firstKey: 1, keyCount, untilMs))
            context.Reply.NullArray();
    }
}
