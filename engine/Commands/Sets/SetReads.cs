using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sets;

/// <summary>SISMEMBER, SMISMEMBER, SMEMBERS, SCARD. Members come in the order of their hashes. Source: redis.io/commands.</summary>
internal static unsafe class SetReads
{
    public static void IsMember(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            context.Reply.Integer(Holds(context, set, 2) ? 1 : 0);
    }

    public static void AreMembers(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            return;
        context.Reply.Array(context.ArgCount - 2);
        for (int i = 2; i < context.ArgCount; i++)
        {
            context.Reply.Integer(Holds(context, set, i) ? 1 : 0);
            context.Breathe(i);
        }
    }

    public static void Members(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            return;
        context.Reply.Set(set == null ? 0 : set->Count);
        if (set == null || context.Collections.TryReplyWhole(set))
            return;
        long step = 0;
        for (ElementCursor at = new(set->Elements); at.IsValid; at.MoveNext())
        {
            at.PrefetchLeaf(context.PoolBase);
            context.Reply.StoredBulk(at.Bulk(context.PoolBase));
            context.Breathe(step++);
        }
    }

    public static void Count(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.Set, out Collection* set))
            context.Reply.Integer(set == null ? 0 : set->Count);
    }

    /// <summary>Whether the set, which may be none, has the member that an argument names.</summary>
    public static bool Holds(CommandContext context, Collection* set, int memberArg)
    {
        Arg* member = context.Args.Items + memberArg;
        return set != null && SetValue.Find(set, context.PoolBase, member->Data, member->Length) != null;
    }
}
