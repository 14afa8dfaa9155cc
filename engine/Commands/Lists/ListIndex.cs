using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>List indexes as commands specify them: from 0 at the head, from -1 at the tail.</summary>
internal static class ListIndex
{
    /// <summary>False: no integer, the client has been told.</summary>
    public static bool TryRead(CommandContext context, int arg, out long index)
    {
        if (Integers.TryParse(context.Arg(arg), out index))
            return true;
        context.Reply.Error("ERR value is not an integer or out of range"u8);
        return false;
    }

    /// <summary>Counted from the head; negative, or not below the length, where there is nothing.</summary>
    public static long FromHead(long index, long length) => index < 0 ? index + length : index;

    /// <summary>Makes a range, both ends included, one of ranks that are there. False: nothing is in it.</summary>
    public static bool TryClamp(ref long start, ref long stop, long length)
    {
        start = Math.Max(0, FromHead(start, length));
        stop = Math.Min(length - 1, FromHead(stop, length));
        return start <= stop;
    }
}
