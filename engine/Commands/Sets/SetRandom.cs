using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sets;

/// <summary>SRANDMEMBER and SPOP, which is logged as the members it removed. Source: redis.io/commands.</summary>
internal static unsafe class SetRandom
{
    public static void Draw(CommandContext context)
    {
        if (context.ArgCount > 2)
        {
            DrawMany(context);
            return;
        }
        if (!context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            return;
        if (set == null)
            context.Reply.Null();
        else
            context.Reply.StoredBulk(RandomElements.One(context, set));
    }

    public static void Pop(CommandContext context)
    {
        if (context.ArgCount > 2)
        {
            PopMany(context);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Set, out Collection* set))
            return;
        if (set == null)
        {
            context.Reply.Null();
            return;
        }
        byte* popped = RandomElements.One(context, set);
        ElementBatch batch = context.Collections.NewBatch();
        batch.AddBulk(popped);
        if (CollectionRemoval.TryRun(context, key, set, batch, KeyspaceEvents.Set, "spop"u8, out _))
            context.Reply.StoredBulk(popped);
    }

    private static void DrawMany(CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (!RandomCount.TryRead(context, 2, out RandomCount wanted) || !context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            return;
        if (set == null || wanted.Count == 0)
        {
            context.Reply.Array(0);
            return;
        }
        if (wanted.IsDistinct)
        {
            BulkList found = BulkList.Found;
            RandomElements.Distinct(context, set, wanted.Count, found);
            context.Reply.Array(found.Count);
            for (int i = 0; i < found.Count; i++)
            {
                context.Reply.StoredBulk(found[i]);
                context.Breathe(i);
            }
            return;
        }
        context.Reply.Array(wanted.Count);
        for (long i = 0; i < wanted.Count && !context.Reply.Output.Overflowed; i++)
        {
            context.Reply.StoredBulk(RandomElements.One(context, set));
            context.Breathe(i);
        }
    }

    private static void PopMany(CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (!Integers.TryParse(context.Arg(2), out long count) || count < 0)
        {
            context.Reply.Error("ERR value is out of range, must be positive"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Set, out Collection* set))
            return;
        if (set == null || count == 0)
        {
            context.Reply.Set(0);
            return;
        }
        BulkList popped = BulkList.Found;
        RandomElements.Distinct(context, set, count, popped);
        if (!TryRemove(context, key, set, popped))
            return;
        context.Reply.Set(popped.Count);
        for (int i = 0; i < popped.Count; i++)
        {
            context.Reply.StoredBulk(popped[i]);
            context.Breathe(i);
        }
    }

    // All of it is the key's deletion, which is shorter.
    private static bool TryRemove(CommandContext context, in KeyRef key, Collection* set, BulkList popped)
    {
        if (popped.Count == set->Count)
        {
            if (!context.Find(key, out Entry entry) || !context.Delete(key, entry))
                return false;
            context.Notify(KeyspaceEvents.Set, "spop"u8, key);
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
            return true;
        }
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = 0; i < popped.Count; i++)
        {
            batch.AddBulk(popped[i]);
            context.Breathe(i);
        }
        return CollectionRemoval.TryRun(context, key, set, batch, KeyspaceEvents.Set, "spop"u8, out _);
    }
}
