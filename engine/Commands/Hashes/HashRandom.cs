using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Hashes;

/// <summary>HRANDFIELD. In RESP3 a field with its value is an array of two, in RESP2 they follow each other. Source: redis.io/commands/hrandfield.</summary>
internal static unsafe class HashRandom
{
    public static void Draw(CommandContext context)
    {
        if (context.ArgCount > 2)
        {
            DrawMany(context);
            return;
        }
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        if (hash == null)
            context.Reply.Null();
        else
            context.Reply.StoredBulk(RandomElements.One(context, hash));
    }

    private static void DrawMany(CommandContext context)
    {
        if (!RandomCount.TryRead(context, 2, out RandomCount wanted))
            return;
        bool withValues = context.ArgCount == 4;
        if (context.ArgCount > 4 || (withValues && !OptionWord.Is(context.Arg(3), "WITHVALUES"u8)))
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (withValues && wanted.Count > long.MaxValue / 2)
        {
            context.Reply.Error("ERR value is out of range"u8);
            return;
        }
        if (!context.Collections.TryRead(1, ValueKind.Hash, out Collection* hash))
            return;
        if (hash == null || wanted.Count == 0)
        {
            context.Reply.Array(0);
            return;
        }
        if (wanted.IsDistinct)
        {
            BulkList found = BulkList.Found;
            RandomElements.Distinct(context, hash, wanted.Count, found);
            Begin(context, found.Count, withValues);
            for (int i = 0; i < found.Count; i++)
            {
                Tell(context, found[i], withValues);
                context.Breathe(i);
            }
            return;
        }
        Begin(context, wanted.Count, withValues);
        for (long i = 0; i < wanted.Count && !context.Reply.Output.Overflowed; i++)
        {
            Tell(context, RandomElements.One(context, hash), withValues);
            context.Breathe(i);
        }
    }

    private static void Begin(CommandContext context, long count, bool withValues) =>
        context.Reply.Array(withValues && !context.Reply.Resp3 ? count * 2 : count);

    private static void Tell(CommandContext context, byte* field, bool withValues)
    {
        if (withValues && context.Reply.Resp3)
            context.Reply.Array(2);
        context.Reply.StoredBulk(field);
        if (withValues)
            context.Reply.StoredBulk(BulkString.Next(field));
    }
}
