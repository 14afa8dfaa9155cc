using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Hashes;

/// <summary>HSET, HMSET and HSETNX, kept as received, and HDEL, logged as the fields it removed. Source: redis.io/commands.</summary>
internal static unsafe class HashWrites
{
    private const int FirstField = 2;

    public static void Set(CommandContext context)
    {
        if (TrySet(context, out uint added))
            context.Reply.Integer(added);
    }

    public static void SetMany(CommandContext context)
    {
        if (TrySet(context, out _))
            context.Reply.Ok();
    }

    public static void SetIfAbsent(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Hash, out Collection* hash))
            return;
        if (HashReads.Find(context, hash, FirstField) != null)
        {
            context.Reply.Integer(0);
            return;
        }
        if (!context.Collections.AddRetained(key, hash, ValueKind.Hash, FirstField, out _))
            return;
        context.Notify(KeyspaceEvents.Hash, "hset"u8, key);
        context.Reply.Integer(1);
    }

    public static void Delete(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Hash, out Collection* hash))
            return;
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = FirstField; i < context.ArgCount && hash != null; i++)
        {
            context.Breathe(i);
            Arg* field = context.Args.Items + i;
            if (HashValue.Find(hash, context.PoolBase, field->Data, field->Length) != null)
                batch.Add(field->Data, field->Length);
        }
        CollectionRemoval.Run(context, key, hash, batch, KeyspaceEvents.Hash, "hdel"u8);
    }

    private static bool TrySet(CommandContext context, out uint added)
    {
        added = 0;
        if ((context.ArgCount & 1) != 0)
        {
            DispatchErrors.WrongArity(context.Reply, context.Spec);
            return false;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Hash, out Collection* hash)
            || !context.Collections.AddRetained(key, hash, ValueKind.Hash, FirstField, out added))
            return false;
        context.Notify(KeyspaceEvents.Hash, "hset"u8, key);
        return true;
    }
}
