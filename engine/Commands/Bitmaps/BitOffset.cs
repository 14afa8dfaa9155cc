using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>Bit offsets as commands give them.</summary>
internal static class BitOffset
{
    /// <summary>
    /// Reads the offset at an argument. "#n" means n times <paramref name="width"/>, where that is not 0. False: the client
    /// has been told that it is no offset, or one beyond proto-max-bulk-len.
    /// </summary>
    public static bool TryRead(CommandContext context, int index, int width, out long offset)
    {
        ReadOnlySpan<byte> text = context.Arg(index);
        bool counted = width > 0 && text.Length > 0 && text[0] == '#';
        if (Integers.TryParse(counted ? text[1..] : text, out offset))
        {
            if (counted)
                offset = unchecked(offset * width);
            if (offset >= 0 && offset >> 3 < context.Engine.Options.ProtoMaxBulkLenBytes)
                return true;
        }
        context.Reply.Error("ERR bit offset is not an integer or out of range"u8);
        return false;
    }
}
