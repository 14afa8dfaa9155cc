using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Commands.Sets;

/// <summary>The set group: binds each command to its function.</summary>
public static unsafe class SetCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("sismember", &SetReads.IsMember);
        bindings.Bind("smismember", &SetReads.AreMembers);
        bindings.Bind("smembers", &SetReads.Members);
        bindings.Bind("scard", &SetReads.Count);
        bindings.Bind("sscan", &Scan);
        bindings.Bind("srandmember", &SetRandom.Draw);
        bindings.Bind("spop", &SetRandom.Pop);

        bindings.Bind("sadd", &SetWrites.Add);
        bindings.Bind("srem", &SetWrites.Remove);
        bindings.Bind("smove", &SetWrites.Move);

        bindings.Bind("sinter", &SetOperations.Intersect);
        bindings.Bind("sintercard", &SetOperations.CountIntersection);
        bindings.Bind("sunion", &SetOperations.Unite);
        bindings.Bind("sdiff", &SetOperations.Subtract);
        bindings.Bind("sinterstore", &SetStores.Intersect);
        bindings.Bind("sunionstore", &SetStores.Unite);
        bindings.Bind("sdiffstore", &SetStores.Subtract);
    }

    private static void Scan(CommandContext context) => ElementScan.Run(context, ValueKind.Set, repliesEach: 1, &Tell);

    private static void Tell(CommandContext context, byte* member) => context.Reply.StoredBulk(member);
}
