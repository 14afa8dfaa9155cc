using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Sets;

/// <summary>
/// SINTERSTORE, SUNIONSTORE, SDIFFSTORE: logged as their result, the target's deletion and its members. The members are
/// copied within the pool. Source: redis.io/commands.
/// </summary>
internal static unsafe class SetStores
{
    public static void Intersect(CommandContext context)
    {
        if (SetOperations.TryIntersect(context, 2, context.ArgCount - 2, out BulkList found))
            Store(context, found, "sinterstore"u8);
    }

    public static void Unite(CommandContext context)
    {
        if (SetOperations.TryUnite(context, 2, context.ArgCount - 2, out BulkList found))
            Store(context, found, "sunionstore"u8);
    }

    public static void Subtract(CommandContext context)
    {
        if (SetOperations.TrySubtract(context, 2, context.ArgCount - 2, out BulkList found))
            Store(context, found, "sdiffstore"u8);
    }

    private static void Store(CommandContext context, BulkList found, ReadOnlySpan<byte> happened)
    {
        KeyRef target = context.KeyAt(1);
        if (found.Count == 0)
        {
            if (context.Find(target, out Entry entry, touch: false))
            {
                if (!context.Delete(target, entry))
                    return;
                context.Notify(KeyspaceEvents.Generic, "del"u8, target);
            }
            context.Reply.Integer(0);
            return;
        }
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = 0; i < found.Count; i++)
        {
            batch.AddBulk(found[i]);
            context.Breathe(i);
        }
        if (!context.Collections.Replace(target, ValueKind.Set, batch))
            return;
        context.Notify(KeyspaceEvents.Set, happened, target);
        context.Reply.Integer(found.Count);
    }
}
