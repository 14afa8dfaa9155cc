using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sets;

/// <summary>SADD, kept as received, and SREM and SMOVE, logged as their effect. Source: redis.io/commands.</summary>
internal static unsafe class SetWrites
{
    private const int FirstMember = 2;
    private const int MovedMember = 3;

    public static void Add(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Set, out Collection* set))
            return;
        // What adds nothing is no write: its bytes need not stay.
        if (set != null && HasAll(context, set))
        {
            context.Reply.Integer(0);
            return;
        }
        if (!context.Collections.AddRetained(key, set, ValueKind.Set, FirstMember, out uint added))
            return;
        context.Notify(KeyspaceEvents.Set, "sadd"u8, key);
        context.Reply.Integer(added);
    }

    public static void Remove(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Set, out Collection* set))
            return;
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = FirstMember; i < context.ArgCount && set != null; i++)
        {
            context.Breathe(i);
            Arg* member = context.Args.Items + i;
            if (SetValue.Find(set, context.PoolBase, member->Data, member->Length) != null)
                batch.Add(member->Data, member->Length);
        }
        CollectionRemoval.Run(context, key, set, batch, KeyspaceEvents.Set, "srem"u8);
    }

    public static void Move(CommandContext context)
    {
        KeyRef source = context.KeyAt(1), target = context.KeyAt(2);
        if (!context.Collections.TryOpen(source, ValueKind.Set, out Collection* from))
            return;
        if (from == null)
        {
            context.Reply.Integer(0);
            return;
        }
        if (!context.Collections.TryOpen(target, ValueKind.Set, out Collection* to))
            return;
        if (from == to || !SetReads.Holds(context, from, MovedMember))
            context.Reply.Integer(SetReads.Holds(context, from, MovedMember) ? 1 : 0);
        else if (TryMove(context, source, from, target, to))
            context.Reply.Integer(1);
    }

    private static bool TryMove(CommandContext context, in KeyRef source, Collection* from, in KeyRef target, Collection* to)
    {
        Arg* member = context.Args.Items + MovedMember;
        ElementBatch batch = context.Collections.NewBatch();
        batch.Add(member->Data, member->Length);
        bool isNew = to == null || !SetReads.Holds(context, to, MovedMember);
        RecordPlan plan = context.Recorder.BeginPlan(isNew ? AppendPurpose.Write : AppendPurpose.Delete);
        plan.AddBatch(context, source, batch);
        plan.AddTombstone(source);
        if (isNew)
            plan.AddBatch(context, target, batch);
        if (!context.Room.TryPrepare())
            return false;
        if (!CollectionRemoval.TryRun(context, source, from, batch, KeyspaceEvents.Set, "srem"u8, out _))
            return false;
        if (!isNew)
            return true;
        if (!context.Collections.Put(target, to, ValueKind.Set, batch, out _))
            return false;
        context.Notify(KeyspaceEvents.Set, "sadd"u8, target);
        return true;
    }

    private static bool HasAll(CommandContext context, Collection* set)
    {
        for (int i = FirstMember; i < context.ArgCount; i++)
        {
            if (!SetReads.Holds(context, set, i))
                return false;
            context.Breathe(i);
        }
        return true;
    }
}
