using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Hashes;

/// <summary>HGET, HMGET, HGETALL, HKEYS, HVALS, HLEN, HSTRLEN, HEXISTS. Fields come in the order of their hashes. Source: redis.io/commands.</summary>
internal static unsafe class HashReads
{
    public static void Get(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        byte* field = Find(context, hash, 2);
        if (field == null)
            context.Reply.Null();
        else
            context.Reply.StoredBulk(BulkString.Next(field));
    }

    public static void GetMany(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        context.Reply.Array(context.ArgCount - 2);
        for (int i = 2; i < context.ArgCount; i++)
        {
            context.Breathe(i);
            byte* field = Find(context, hash, i);
            if (field == null)
                context.Reply.Null();
            else
                context.Reply.StoredBulk(BulkString.Next(field));
        }
    }

    public static void GetAll(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        context.Reply.Map(hash == null ? 0 : hash->Count);
        if (hash == null || context.Collections.TryReplyWhole(hash))
            return;
        long step = 0;
        for (ElementCursor at = new(hash->Elements); at.IsValid; at.MoveNext())
        {
            at.PrefetchLeaf(context.PoolBase);
            context.Breathe(step++);
            byte* field = at.Bulk(context.PoolBase);
            context.Reply.StoredBulk(field);
            context.Reply.StoredBulk(BulkString.Next(field));
        }
    }

    public static void Fields(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        context.Reply.Array(hash == null ? 0 : hash->Count);
        if (hash == null)
            return;
        long step = 0;
        for (ElementCursor at = new(hash->Elements); at.IsValid; at.MoveNext())
        {
            context.Reply.StoredBulk(at.Bulk(context.PoolBase));
            context.Breathe(step++);
        }
    }

    public static void Values(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        context.Reply.Array(hash == null ? 0 : hash->Count);
        if (hash == null)
            return;
        long step = 0;
        for (ElementCursor at = new(hash->Elements); at.IsValid; at.MoveNext())
        {
            context.Reply.StoredBulk(BulkString.Next(at.Bulk(context.PoolBase)));
            context.Breathe(step++);
        }
    }

    public static void Count(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            context.Reply.Integer(hash == null ? 0 : hash->Count);
    }

    public static void ValueLength(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        byte* field = Find(context, hash, 2);
        int length = 0;
        if (field != null)
            BulkString.Data(BulkString.Next(field), out length);
        context.Reply.Integer(length);
    }

    public static void Exists(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            context.Reply.Integer(Find(context, hash, 2) != null ? 1 : 0);
    }

    /// <summary>The bulk string of the field that an argument names; null: there is none, or no hash.</summary>
    public static byte* Find(CommandContext context, Collection* hash, int fieldArg)
    {
        Arg* field = context.Args.Items + fieldArg;
        return hash == null ? null : HashValue.Find(hash, context.PoolBase, field->Data, field->Length);
    }
}
