using Pkv.Engine.Commands.Bitmaps;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Transactions;

/// <summary>How long a string may be once APPEND, SETRANGE, SETBIT or BITFIELD has changed it. What those refuse counts as no change.</summary>
internal static class RewrittenLength
{
    /// <summary>Of the command in the context, whose key holds so many bytes.</summary>
    public static long Of(CommandContext context, string command, long held)
    {
        long length = command switch
        {
            "append" => held + context.Arg(2).Length,
            "setrange" when context.Arg(3).Length > 0 => Math.Max(held, Number(context.Arg(2)) + context.Arg(3).Length),
            "setbit" => Math.Max(held, Number(context.Arg(2)) / 8 + 1),
            "bitfield" => Math.Max(held, OfFields(context)),
            _ => held,
        };
        // Beyond that it is refused, but for the last bytes of a field.
        return length <= context.Engine.Options.ProtoMaxBulkLenBytes + sizeof(long) ? length : held;
    }

    private static long OfFields(CommandContext context)
    {
        long bits = 0;
        for (int i = 2; i + 1 < context.ArgCount;)
        {
            bool isWrite = OptionWord.Is(context.Arg(i), "SET"u8) || OptionWord.Is(context.Arg(i), "INCRBY"u8);
            if (isWrite && i + 3 < context.ArgCount && BitfieldType.TryParse(context.Arg(i + 1), out BitfieldType type))
            {
                ReadOnlySpan<byte> offset = context.Arg(i + 2);
                bool isCounted = offset.Length > 0 && offset[0] == '#';
                bits = Math.Max(bits, Number(isCounted ? offset[1..] : offset) * (isCounted ? type.Width : 1) + type.Width);
            }
            i += isWrite ? 4 : OptionWord.Is(context.Arg(i), "OVERFLOW"u8) ? 2 : 3;
        }
        return (bits + 7) / 8;
    }

    // No offset is longer.
    private static long Number(ReadOnlySpan<byte> text) => Integers.TryParse(text, out long number) ? Math.Clamp(number, 0, 1L << 40) : 0;
}
