using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// The cursor and the options of SCAN's relatives over one key: MATCH and COUNT. Source: redis.io/commands/scan, order of
/// checks as in Redis 7.0.
/// </summary>
public ref struct ScanArguments
{
    private const long DefaultCount = 10;

    private ReadOnlySpan<byte> _pattern;
    private bool _any;

    /// <summary>Elements to look at, at least.</summary>
    public long Count { get; private set; }

    /// <summary>Whether an element of this name is to be told.</summary>
    public readonly bool Accepts(ReadOnlySpan<byte> name) => _any || GlobPattern.IsMatch(_pattern, name);

    /// <summary>Reads MATCH and COUNT from an argument on. False: the client has been told what is wrong.</summary>
    public static bool TryRead(CommandContext context, int firstOption, out ScanArguments options)
    {
        options = new ScanArguments { _any = true, Count = DefaultCount };
        for (int i = firstOption; i < context.ArgCount; i += 2)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            bool hasValue = i + 1 < context.ArgCount;
            if (hasValue && OptionWord.Is(option, "COUNT"u8))
            {
                if (!Integers.TryParse(context.Arg(i + 1), out long count))
                {
                    context.Reply.Error("ERR value is not an integer or out of range"u8);
                    return false;
                }
                options.Count = count;
                if (count >= 1)
                    continue;
            }
            else if (hasValue && OptionWord.Is(option, "MATCH"u8))
            {
                options._pattern = context.Arg(i + 1);
                options._any = options._pattern.SequenceEqual("*"u8);
                continue;
            }
            context.Reply.Error("ERR syntax error"u8);
            return false;
        }
        return true;
    }

    /// <summary>
    /// Reads a cursor as C's strtoul does, which is what Redis does: a sign is allowed, nothing at all is 0. False: the
    /// client has been told.
    /// </summary>
    public static bool TryReadCursor(CommandContext context, int arg, out ulong cursor)
    {
        if (TryParseCursor(context.Arg(arg), out cursor))
            return true;
        context.Reply.Error("ERR invalid cursor"u8);
        return false;
    }

    private static bool TryParseCursor(ReadOnlySpan<byte> text, out ulong cursor)
    {
        cursor = 0;
        if (text.Length == 0)
            return true;
        bool negative = text[0] == '-';
        ReadOnlySpan<byte> digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        foreach (byte b in digits)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9 || cursor > (ulong.MaxValue - digit) / 10)
                return false;
            cursor = cursor * 10 + digit;
        }
        if (negative)
            cursor = 0 - cursor;
        return digits.Length > 0;
    }
}
