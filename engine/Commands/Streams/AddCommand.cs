using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Streams;

/// <summary>
/// XADD, kept as received wherever its argument tells the ID. Source: redis.io/commands/xadd; texts and order of checks compared with
/// Redis 7.0.
/// </summary>
internal static unsafe class AddCommand
{
    // Redis's bound on what one entry may hold.
    private const long MaxEntryBytes = 1L << 30;

    private static ReadOnlySpan<byte> TooLarge => "ERR Elements are too large to be stored"u8;

    public static void Run(CommandContext context)
    {
        if (!AddArguments.TryRead(context, adds: true, out AddArguments arguments))
            return;
        int fields = context.ArgCount - arguments.IdArg - 1;
        if (fields < 2 || (fields & 1) != 0)
        {
            DispatchErrors.WrongArity(context.Reply, context.Spec);
            return;
        }
        if (arguments is { HasMs: true, HasSeq: true } && arguments.Id == StreamId.Min)
        {
            context.Reply.Error("ERR The ID specified in XADD must be greater than 0-0"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Streams.TryOpen(key, out Collection* stream))
            return;
        if (stream == null && arguments.NeedsStream)
        {
            context.Reply.Null();
            return;
        }
        if (TryChooseId(context, arguments, stream == null ? default : stream->Stream->LastId, out StreamId id) && FitsAnEntry(context, arguments.IdArg))
            Add(context, key, stream, id, arguments);
    }

    private static void Add(CommandContext context, in KeyRef key, Collection* stream, StreamId id, in AddArguments arguments)
    {
        if (!context.Streams.TryAppend(key, stream, id, arguments.IdArg, arguments is { HasMs: true, HasSeq: true }, arguments.Trim, out uint trimmed))
            return;
        StreamReply.Id(context.Reply, id);
        context.Notify(KeyspaceEvents.Stream, "xadd"u8, key);
        if (trimmed > 0)
            context.Notify(KeyspaceEvents.Stream, "xtrim"u8, key);
    }

    private static bool TryChooseId(CommandContext context, in AddArguments arguments, StreamId last, out StreamId id)
    {
        id = arguments.Id;
        if (last == StreamId.Max)
        {
            context.Reply.Error("ERR The stream has exhausted the last possible ID, unable to add more items"u8);
            return false;
        }
        if (!arguments.HasMs)
        {
            if ((ulong)context.NowMs > last.Ms)
                id = new StreamId((ulong)context.NowMs, 0);
            else
                last.TryNext(out id);
        }
        else if (!arguments.HasSeq)
        {
            id = new StreamId(arguments.Id.Ms, last.Ms == arguments.Id.Ms ? last.Seq + 1 : 0);
            if (last.Ms == arguments.Id.Ms && last.Seq == ulong.MaxValue)
            {
                // Redis's own words for it.
                context.Reply.Error(TooLarge);
                return false;
            }
        }
        if (id > last)
            return true;
        context.Reply.Error("ERR The ID specified in XADD is equal or smaller than the target stream top item"u8);
        return false;
    }

    private static bool FitsAnEntry(CommandContext context, int idArg)
    {
        long bytes = 0;
        for (int i = idArg + 1; i < context.ArgCount; i++)
            bytes += context.Args.Items[i].Length;
        if (bytes > MaxEntryBytes)
            context.Reply.Error(TooLarge);
        return bytes <= MaxEntryBytes;
    }
}
