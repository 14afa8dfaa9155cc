using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>
/// XREAD: what streams have behind the IDs that the client has seen; it may wait for that. Source: redis.io/commands/xread; texts and
/// order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class ReadCommand
{
    // What "$" means is written out before a client waits: it is asked again with the ID of then.
    [ThreadStatic] private static byte[]? s_resolved;

    public static void Bind(CommandBindings bindings) => bindings.Bind("xread", &Run, LockMode.Keys);

    private static void Run(CommandContext context)
    {
        if (!ReadArguments.TryRead(context, out ReadArguments arguments))
            return;
        int ready = 0, keys = arguments.Keys;
        for (int i = 0; i < keys; i++)
        {
            if (!context.Blocking.Considers(context, arguments.FirstKey + i))
                continue;
            if (!context.Streams.TryRead(arguments.FirstKey + i, out Collection* stream) || !TryReadId(context, arguments, i, stream, out StreamId from))
                return;
            if (HasAfter(context, stream, from))
                ready++;
            context.Breathe(i);
        }
        // As Redis, which looks once for the IDs and once for the entries.
        for (int i = 0; i < keys; i++)
        {
            if (context.Blocking.Considers(context, arguments.FirstKey + i))
                context.Streams.TryRead(arguments.FirstKey + i, out _);
        }
        if (ready > 0)
            Reply(context, arguments, ready);
        else if (!arguments.Blocks || !Wait(context, arguments))
            context.Reply.NullArray();
    }

    private static void Reply(CommandContext context, in ReadArguments arguments, int ready)
    {
        if (context.Reply.Resp3)
            context.Reply.Map(ready);
        else
            context.Reply.Array(ready);
        for (int i = 0; i < arguments.Keys; i++)
        {
            if (!context.Blocking.Considers(context, arguments.FirstKey + i))
                continue;
            bool isSound = TryLook(context, arguments, i, out Collection* stream, out StreamId from);
            Debug.Assert(isSound, "what was read once is read again");
            if (!HasAfter(context, stream, from))
                continue;
            if (!context.Reply.Resp3)
                context.Reply.Array(2);
            context.Reply.Bulk(context.Arg(arguments.FirstKey + i));
            from.TryNext(out from);
            StreamReply.Range(context, stream, from, StreamId.Max, arguments.Count > 0 ? arguments.Count : long.MaxValue, backwards: false);
        }
    }

    private static bool Wait(CommandContext context, in ReadArguments arguments)
    {
        int keys = arguments.Keys;
        if (s_resolved is null || s_resolved.Length < keys * StreamId.MaxBytes)
            s_resolved = GC.AllocateUninitializedArray<byte>(keys * StreamId.MaxBytes, pinned: true);
        fixed (byte* memory = s_resolved)
        {
            byte* p = memory;
            for (int i = 0; i < keys; i++)
            {
                TryLook(context, arguments, i, out _, out StreamId from);
                byte* text = p;
                p = from.Write(p);
                context.Args.Items[arguments.FirstKey + keys + i] = new Arg { Data = text, Length = (int)(p - text), Framed = false };
            }
        }
        return context.Blocking.Wait(context, ValueKind.Stream, arguments.FirstKey, keys, arguments.UntilMs);
    }

    // False: the client has been told what is wrong with the key, or the ID.
    private static bool TryLook(CommandContext context, in ReadArguments arguments, int index, out Collection* stream, out StreamId from)
    {
        from = default;
        return context.Streams.TryOpen(context.KeyAt(arguments.FirstKey + index), out stream) && TryReadId(context, arguments, index, stream, out from);
    }

    private static bool TryReadId(CommandContext context, in ReadArguments arguments, int index, Collection* stream, out StreamId from)
    {
        from = default;
        int idArg = arguments.FirstKey + arguments.Keys + index;
        ReadOnlySpan<byte> text = StreamIdArgument.Text(context, idArg);
        if (text is [(byte)'$'])
        {
            from = stream == null ? default : stream->Stream->LastId;
            return true;
        }
        if (text is not [(byte)'>'])
            return StreamIdArgument.TryRead(context, idArg, out from);
        context.Reply.Error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."u8);
        return false;
    }

    private static bool HasAfter(CommandContext context, Collection* stream, StreamId from) =>
        stream != null && stream->Count > 0 && StreamStore.LastOf(stream, context.PoolBase) > from;
}
