using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>
/// XINFO. Radix trees are what Redis holds streams in: told are the nodes that it would have. Source: redis.io/commands/xinfo-stream;
/// fields and texts of Redis 7.0.
/// </summary>
internal static unsafe class InfoCommand
{
    private const int KeyArg = 2, FullArg = 3;
    private const long DefaultCount = 10;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("xinfo|stream", &Stream);
        bindings.Bind("xinfo|help", &HelpReply.Container);
    }

    private static void Stream(CommandContext context)
    {
        bool isFull = context.ArgCount > FullArg;
        if (!context.Streams.TryRead(KeyArg, out Collection* stream))
            return;
        if (stream == null)
        {
            context.Reply.Error("ERR no such key"u8);
            return;
        }
        if (!TryReadFull(context, out long count))
            return;
        context.Reply.Map(isFull ? 9 : 10);
        WriteState(context, stream);
        if (isFull)
        {
            context.Reply.Bulk("entries"u8);
            StreamReply.Range(context, stream, StreamId.Min, StreamId.Max, count == 0 ? long.MaxValue : count, backwards: false);
            context.Reply.Bulk("groups"u8);
            context.Reply.Array(0);
            return;
        }
        context.Reply.Bulk("groups"u8);
        context.Reply.Integer(0);
        context.Reply.Bulk("first-entry"u8);
        WriteEnd(context, stream, 0);
        context.Reply.Bulk("last-entry"u8);
        WriteEnd(context, stream, stream->Count - 1);
    }

    private static bool TryReadFull(CommandContext context, out long count)
    {
        count = DefaultCount;
        bool isSound = context.ArgCount == FullArg
            || (OptionWord.Is(context.Arg(FullArg), "FULL"u8) && (context.ArgCount == FullArg + 1 || (context.ArgCount == FullArg + 3 && OptionWord.Is(context.Arg(FullArg + 1), "COUNT"u8))));
        if (!isSound)
        {
            context.Reply.Error($"ERR unknown subcommand or wrong number of arguments for '{System.Text.Encoding.Latin1.GetString(context.Arg(1))}'. Try XINFO HELP.");
            return false;
        }
        if (context.ArgCount != FullArg + 3)
            return true;
        if (!Integers.TryParse(context.Arg(FullArg + 2), out count))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return false;
        }
        if (count < 0)
            count = DefaultCount;
        return true;
    }

    private static void WriteState(CommandContext context, Collection* stream)
    {
        StreamState* state = stream->Stream;
        context.Reply.Bulk("length"u8);
        context.Reply.Integer(stream->Count);
        context.Reply.Bulk("radix-tree-keys"u8);
        context.Reply.Integer(state->Nodes);
        context.Reply.Bulk("radix-tree-nodes"u8);
        context.Reply.Integer(state->Nodes + 1L);
        context.Reply.Bulk("last-generated-id"u8);
        StreamReply.Id(context.Reply, state->LastId);
        context.Reply.Bulk("max-deleted-entry-id"u8);
        StreamReply.Id(context.Reply, state->MaxDeletedId);
        context.Reply.Bulk("entries-added"u8);
        context.Reply.Integer((long)state->Added);
        context.Reply.Bulk("recorded-first-entry-id"u8);
        StreamReply.Id(context.Reply, stream->Count == 0 ? StreamId.Min : StreamEntry.IdOf(new ElementCursor(stream->Elements, 0U).Element, context.PoolBase));
    }

    private static void WriteEnd(CommandContext context, Collection* stream, uint rank)
    {
        if (stream->Count == 0)
            context.Reply.Null();
        else
            StreamReply.Entry(context, new ElementCursor(stream->Elements, rank).Element);
    }
}
