using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Settings;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>Streams without groups: XLEN, XRANGE, XREVRANGE, XDEL, XTRIM, XSETID. Source: redis.io/commands; texts and order of checks compared with Redis 7.0.</summary>
internal static unsafe class StreamCommands
{
    private const int FirstOption = 4, FirstId = 2;

    [ThreadStatic] private static List<StreamId>? s_ids;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("xadd", &AddCommand.Run);
        bindings.Bind("xlen", &Length);
        bindings.Bind("xrange", &Range);
        bindings.Bind("xrevrange", &ReverseRange);
        bindings.Bind("xdel", &Delete);
        bindings.Bind("xtrim", &Trim);
        bindings.Bind("xsetid", &SetId);
        ReadCommand.Bind(bindings);
        InfoCommand.Bind(bindings);
    }

    private static void Length(CommandContext context)
    {
        if (context.Streams.TryRead(1, out Collection* stream))
            context.Reply.Integer(stream == null ? 0 : stream->Count);
    }

    private static void Range(CommandContext context) => Range(context, startArg: 2, endArg: 3);

    private static void ReverseRange(CommandContext context) => Range(context, startArg: 3, endArg: 2);

    private static void Range(CommandContext context, int startArg, int endArg)
    {
        if (!StreamIdArgument.TryReadRange(context, startArg, endArg, out StreamId start, out StreamId end) || !TryReadCount(context, out long most)
            || !context.Streams.TryRead(1, out Collection* stream))
            return;
        if (stream == null)
            context.Reply.Array(0);
        else if (most == 0)
            context.Reply.NullArray();
        else
            StreamReply.Range(context, stream, start, end, most, backwards: startArg > endArg);
    }

    private static bool TryReadCount(CommandContext context, out long most)
    {
        most = long.MaxValue;
        for (int i = FirstOption; i < context.ArgCount; i += 2)
        {
            if (i + 1 == context.ArgCount || !OptionWord.Is(context.Arg(i), "COUNT"u8))
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
            if (!Integers.TryParse(context.Arg(i + 1), out most))
            {
                context.Reply.Error("ERR value is not an integer or out of range"u8);
                return false;
            }
            most = Math.Max(most, 0);
        }
        return true;
    }

    private static void Delete(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Streams.TryOpen(key, out Collection* stream))
            return;
        List<StreamId> ids = s_ids ??= [];
        ids.Clear();
        for (int i = FirstId; i < context.ArgCount && stream != null; i++)
        {
            if (!StreamIdArgument.TryRead(context, i, out StreamId id))
                return;
            ids.Add(id);
        }
        // Of an ID that is named twice the second finds nothing.
        ids.Sort();
        int kept = 0;
        for (int i = 0; i < ids.Count; i++)
        {
            if ((i == 0 || ids[i] != ids[i - 1]) && stream->Elements.Find(StreamEntry.ProbeOf(ids[i], context.PoolBase)) != null)
                ids[kept++] = ids[i];
        }
        ids.RemoveRange(kept, ids.Count - kept);
        if (kept > 0)
        {
            if (!context.Streams.TryDelete(key, stream, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)))
                return;
            context.Notify(KeyspaceEvents.Stream, "xdel"u8, key);
        }
        context.Reply.Integer(kept);
    }

    private static void Trim(CommandContext context)
    {
        if (!AddArguments.TryRead(context, adds: false, out AddArguments arguments))
            return;
        KeyRef key = context.KeyAt(1);
        if (!context.Streams.TryOpen(key, out Collection* stream))
            return;
        uint trimmed = 0;
        if (stream != null && !context.Streams.TryTrim(key, stream, arguments.Trim, out trimmed))
            return;
        if (trimmed > 0)
            context.Notify(KeyspaceEvents.Stream, "xtrim"u8, key);
        context.Reply.Integer(trimmed);
    }

    private static void SetId(CommandContext context)
    {
        if (!SetIdArguments.TryRead(context, out SetIdArguments arguments))
            return;
        KeyRef key = context.KeyAt(1);
        if (!context.Streams.TryOpen(key, out Collection* stream))
            return;
        ReadOnlySpan<byte> error = stream == null ? "ERR no such key"u8 : arguments.ErrorFor(stream, context.PoolBase);
        if (error.Length > 0)
        {
            context.Reply.Error(error);
            return;
        }
        StreamState* state = stream->Stream;
        ulong added = arguments.Added >= 0 ? (ulong)arguments.Added : state->Added;
        StreamId deleted = arguments.MaxDeletedId == StreamId.Min ? state->MaxDeletedId : arguments.MaxDeletedId;
        if (!context.Streams.TrySetState(key, stream, arguments.LastId, added, deleted))
            return;
        context.Reply.Ok();
        context.Notify(KeyspaceEvents.Stream, "xsetid"u8, key);
    }
}
