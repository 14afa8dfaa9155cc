using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Hashes;

/// <summary>The hash group: binds each command to its function.</summary>
public static unsafe class HashCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("hget", &HashReads.Get);
        bindings.Bind("hmget", &HashReads.GetMany);
        bindings.Bind("hgetall", &HashReads.GetAll);
        bindings.Bind("hkeys", &HashReads.Fields);
        bindings.Bind("hvals", &HashReads.Values);
        bindings.Bind("hlen", &HashReads.Count);
        bindings.Bind("hstrlen", &HashReads.ValueLength);
        bindings.Bind("hexists", &HashReads.Exists);
        bindings.Bind("hscan", &Scan);
        bindings.Bind("hrandfield", &HashRandom.Draw);

        bindings.Bind("hset", &HashWrites.Set);
        bindings.Bind("hmset", &HashWrites.SetMany);
        bindings.Bind("hsetnx", &HashWrites.SetIfAbsent);
        bindings.Bind("hdel", &HashWrites.Delete);
        bindings.Bind("hincrby", &HashCounters.Increment);
        bindings.Bind("hincrbyfloat", &HashCounters.IncrementFloat);
    }

    private static void Scan(CommandContext context) => ElementScan.Run(context, ValueKind.Hash, repliesEach: 2, &Tell);

    private static void Tell(CommandContext context, byte* field)
    {
        context.Reply.StoredBulk(field);
        context.Reply.StoredBulk(BulkString.Next(field));
    }
}
