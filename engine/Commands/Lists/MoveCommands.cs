using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Lists;

/// <summary>
/// LMOVE, RPOPLPUSH and their blocking forms: from one end of a list to an end of another, or of the same one. Logged as a
/// push and a cut; recovery restores both or neither. Source: redis.io/commands/lmove and others.
/// </summary>
internal static unsafe class MoveCommands
{
    public static void Move(CommandContext context)
    {
        if (ListEnd.TryRead(context, 3, out bool fromHead) && ListEnd.TryRead(context, 4, out bool toHead) && !TryMove(context, fromHead, toHead))
            context.Reply.Null();
    }

    public static void MoveTailToHead(CommandContext context)
    {
        if (!TryMove(context, fromHead: false, toHead: true))
            context.Reply.Null();
    }

    public static void WaitMove(CommandContext context)
    {
        if (ListEnd.TryRead(context, 3, out bool fromHead) && ListEnd.TryRead(context, 4, out bool toHead))
            WaitMove(context, fromHead, toHead, timeoutArg: 5);
    }

    public static void WaitMoveTailToHead(CommandContext context) => WaitMove(context, fromHead: false, toHead: true, timeoutArg: 3);

    private static void WaitMove(CommandContext context, bool fromHead, bool toHead, int timeoutArg)
    {
        if (!BlockingTimeout.TryRead(context, timeoutArg, out long untilMs) || TryMove(context, fromHead, toHead))
            return;
        if (!context.Blocking.Wait(context, ValueKind.List, firstKey: 1, keyCount: 1, untilMs))
            context.Reply.Null();
    }

    // False: there is no list to take from, nothing was answered.
    private static bool TryMove(CommandContext context, bool fromHead, bool toHead)
    {
        KeyRef from = context.KeyAt(1), to = context.KeyAt(2);
        if (!context.Collections.TryOpen(from, ValueKind.List, out Collection* source))
            return true;
        if (source == null)
            return false;
        // The look at the target may remove it, expired; the source's object stays where it is.
        if (!context.Collections.TryOpen(to, ValueKind.List, out Collection* target))
            return true;
        ElementCursor moved = ListEnd.At(source, fromHead);
        ulong place = moved.Key;
        byte* bulk = moved.Bulk(context.PoolBase);
        bool isEmptied = source->Count == 1 && source != target;
        ElementBatch batch = context.Collections.NewBatch();
        batch.AddBulk(bulk);
        RecordPlan plan = context.Recorder.BeginPlan();
        plan.AddBatch(context, to, batch);
        plan.AddCuts(from.Length, 1);
        plan.AddTombstone(from);
        if (!context.Room.TryPrepare())
            return true;
        if (!context.Collections.Push(to, target, batch, toHead))
            return true;
        batch = context.Collections.NewBatch();
        batch.AddCut(place, place);
        if (!context.Collections.Remove(from, source, batch))
            return true;
        context.Reply.StoredBulk(bulk);
        context.Notify(KeyspaceEvents.List, ListEnd.PushEvent(toHead), to);
        context.Notify(KeyspaceEvents.List, fromHead ? "lpop"u8 : "rpop"u8, from);
        if (isEmptied)
            context.Notify(KeyspaceEvents.Generic, "del"u8, from);
        return true;
    }
}
