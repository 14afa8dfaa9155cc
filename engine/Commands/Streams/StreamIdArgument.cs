using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Streams;

namespace Pkv.Engine.Commands.Streams;

/// <summary>IDs among the arguments of stream commands, with the errors of Redis 7.0.</summary>
internal static class StreamIdArgument
{
    private const ulong SeqOfStart = 0, SeqOfEnd = ulong.MaxValue;

    /// <summary>The argument up to a zero byte: what Redis reads of it.</summary>
    public static ReadOnlySpan<byte> Text(CommandContext context, int arg)
    {
        ReadOnlySpan<byte> text = context.Arg(arg);
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    /// <summary>Reads a whole ID, or the milliseconds alone. False: the client has been told.</summary>
    public static bool TryRead(CommandContext context, int arg, out StreamId id)
    {
        if (StreamId.TryParse(context.Arg(arg), 0, out id))
            return true;
        Refuse(context);
        return false;
    }

    /// <summary>Reads both ends of a range of IDs: "-", "+", and "(" before an end that is not included. False: the client has been told.</summary>
    public static bool TryReadRange(CommandContext context, int startArg, int endArg, out StreamId start, out StreamId end)
    {
        end = default;
        if (!TryReadEnd(context, startArg, SeqOfStart, out start, out bool startsAfter))
            return false;
        if (startsAfter && !start.TryNext(out start))
        {
            context.Reply.Error("ERR invalid start ID for the interval"u8);
            return false;
        }
        if (!TryReadEnd(context, endArg, SeqOfEnd, out end, out bool endsBefore))
            return false;
        if (endsBefore && !end.TryPrevious(out end))
        {
            context.Reply.Error("ERR invalid end ID for the interval"u8);
            return false;
        }
        return true;
    }

    public static void Refuse(CommandContext context) => context.Reply.Error("ERR Invalid stream ID specified as stream command argument"u8);

    private static bool TryReadEnd(CommandContext context, int arg, ulong missingSeq, out StreamId id, out bool isExcluded)
    {
        ReadOnlySpan<byte> text = context.Arg(arg);
        isExcluded = text.Length > 1 && text[0] == '(';
        text = Text(context, arg)[(isExcluded ? 1 : 0)..];
        id = text is [(byte)'+'] ? StreamId.Max : StreamId.Min;
        if ((!isExcluded && text is [(byte)'-'] or [(byte)'+']) || StreamId.TryParse(text, missingSeq, out id))
            return true;
        Refuse(context);
        return false;
    }
}
