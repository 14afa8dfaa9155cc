using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// One GET, SET or INCRBY of a BITFIELD, parsed from the arguments. Parsed twice, once to check all of them before anything
/// is changed and once to run them, so no list of operations is needed.
/// </summary>
internal struct BitfieldOperation
{
    public bool IsWrite;
    public bool IsIncrement;
    public BitfieldType Type;
    public long Offset;
    public long Operand;
    public BitfieldOverflow Overflow;

    /// <summary>The bit behind the last one that it concerns.</summary>
    public readonly long End => Offset + Type.Width;

    /// <summary>
    /// Reads the operation that begins at an argument and moves behind it; an OVERFLOW before it changes
    /// <paramref name="overflow"/> for it and those that follow. <paramref name="found"/>: false at the end of the arguments.
    /// Returns false when the client has been told of an error.
    /// </summary>
    public static bool TryRead(CommandContext context, ref int index, ref BitfieldOverflow overflow, out bool found, out BitfieldOperation operation)
    {
        operation = default;
        found = false;
        for (; index < context.ArgCount; index += 2)
        {
            int rest = context.ArgCount - index - 1;
            if (rest < 1 || !OptionWord.Is(context.Arg(index), "OVERFLOW"u8))
                break;
            if (!TryReadOverflow(context, context.Arg(index + 1), out overflow))
                return false;
        }
        if (index >= context.ArgCount)
            return true;
        found = true;
        operation.Overflow = overflow;
        return TryReadOne(context, ref index, ref operation);
    }

    private static bool TryReadOne(CommandContext context, ref int index, ref BitfieldOperation operation)
    {
        int rest = context.ArgCount - index - 1;
        ReadOnlySpan<byte> word = context.Arg(index);
        operation.IsIncrement = rest >= 3 && OptionWord.Is(word, "INCRBY"u8);
        operation.IsWrite = operation.IsIncrement || (rest >= 3 && OptionWord.Is(word, "SET"u8));
        if (!operation.IsWrite && !(rest >= 2 && OptionWord.Is(word, "GET"u8)))
        {
            context.Reply.Error("ERR syntax error"u8);
            return false;
        }
        if (!BitfieldType.TryParse(context.Arg(index + 1), out operation.Type))
        {
            context.Reply.Error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8);
            return false;
        }
        if (!BitOffset.TryRead(context, index + 2, operation.Type.Width, out operation.Offset))
            return false;
        if (operation.IsWrite && !Integers.TryParse(context.Arg(index + 3), out operation.Operand))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return false;
        }
        index += operation.IsWrite ? 4 : 3;
        return true;
    }

    private static bool TryReadOverflow(CommandContext context, ReadOnlySpan<byte> word, out BitfieldOverflow overflow)
    {
        overflow = BitfieldOverflow.Wrap;
        if (OptionWord.Is(word, "WRAP"u8))
            return true;
        overflow = BitfieldOverflow.Saturate;
        if (OptionWord.Is(word, "SAT"u8))
            return true;
        overflow = BitfieldOverflow.Fail;
        if (OptionWord.Is(word, "FAIL"u8))
            return true;
        context.Reply.Error("ERR Invalid OVERFLOW type specified"u8);
        return false;
    }
}
