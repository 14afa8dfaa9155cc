using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Lists;

/// <summary>LPUSH, RPUSH and their forms for lists that exist. Kept as received. Source: redis.io/commands/lpush and others.</summary>
internal static unsafe class PushCommands
{
    public static void PushHead(CommandContext context) => Push(context, atHead: true, onlyIfPresent: false);

    public static void PushTail(CommandContext context) => Push(context, atHead: false, onlyIfPresent: false);

    public static void PushHeadIfPresent(CommandContext context) => Push(context, atHead: true, onlyIfPresent: true);

    public static void PushTailIfPresent(CommandContext context) => Push(context, atHead: false, onlyIfPresent: true);

    private static void Push(CommandContext context, bool atHead, bool onlyIfPresent)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.List, out Collection* list))
            return;
        if (list == null && onlyIfPresent)
        {
            context.Reply.Integer(0);
            return;
        }
        int pushed = context.ArgCount - 2;
        long length = pushed + (list == null ? 0L : list->Count);
        if (!context.Collections.PushRetained(key, list, atHead, firstArg: 2))
            return;
        context.Reply.Integer(length);
        context.Notify(KeyspaceEvents.List, ListEnd.PushEvent(atHead), key);
    }
}
