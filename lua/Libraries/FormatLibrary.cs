namespace Pkv.Lua;

/// <summary>string.format, with the C library's flags, widths and precisions.</summary>
internal static class FormatLibrary
{
    private const int MaxFlags = 5, LongString = 100, MaxItem = 512;

    public static int Format(HostCall call)
    {
        LuaString format = call.CheckString(0);
        ReadOnlySpan<byte> text = format.Span;
        ByteBuilder result = call.State.BorrowBuilder();
        try
        {
            int argument = 0;
            for (int at = 0; at < text.Length;)
            {
                if (text[at] != '%')
                    result.Append(call.State, text[at++]);
                else if (++at < text.Length && text[at] == '%')
                    result.Append(call.State, text[at++]);
                else
                {
                    if (++argument >= call.Count)
                        throw call.ArgumentError(argument, "no value");
                    FormatItem item = FormatItem.Read(call, text, ref at);
                    Append(call, in item, argument, result);
                }
            }
            return call.Return(new LuaValue(call.State.String(result.Span)));
        }
        finally
        {
            call.State.ReturnBuilder(result);
        }
    }

    private static void Append(HostCall call, in FormatItem item, int argument, ByteBuilder result)
    {
        Span<byte> body = stackalloc byte[MaxItem];
        switch ((char)item.Conversion)
        {
            case 'c':
                body[0] = (byte)(int)HostCall.ToInteger(call.CheckNumber(argument));
                Character(call.State, in item, body[0], result);
                break;
            case 'd' or 'i':
                Integer(call.State, in item, HostCall.ToInteger(call.CheckNumber(argument)), result);
                break;
            case 'o' or 'u' or 'x' or 'X':
                Unsigned(call.State, in item, ToUnsigned(call.CheckNumber(argument)), result);
                break;
            case 'e' or 'E' or 'f' or 'g' or 'G':
                Real(call.State, in item, call.CheckNumber(argument), body, result);
                break;
            case 'q':
                Quote(call.State, call.CheckString(argument).Span, result);
                break;
            case 's':
                String(call, in item, argument, result);
                break;
            default:
                string shown = item.Conversion == 0 ? "" : ((char)item.Conversion).ToString();
                throw call.Error($"invalid option '%{shown}' to 'format'");
        }
    }

    // As C converts on x86-64: below zero by two's complement, beyond 2^64 to 0.
    private static ulong ToUnsigned(double number)
    {
        if (number < 9223372036854775808.0 || double.IsNaN(number))
            return (ulong)HostCall.ToInteger(number);
        return number < 18446744073709551616.0 ? (ulong)number : 0;
    }

    private static void Pad(LuaState state, in FormatItem item, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, bool zeros, ByteBuilder result)
    {
        int missing = Math.Max(item.Width - prefix.Length - body.Length, 0);
        if (!item.IsLeft && !zeros)
            Fill(state, result, (byte)' ', missing);
        result.Append(state, prefix);
        if (!item.IsLeft && zeros)
            Fill(state, result, (byte)'0', missing);
        result.Append(state, body);
        if (item.IsLeft)
            Fill(state, result, (byte)' ', missing);
    }

    private static void Fill(LuaState state, ByteBuilder result, byte value, int count)
    {
        result.Reserve(state, count)[..count].Fill(value);
        result.Advance(count);
    }

    // The C library's text ends at a zero byte, so the character 0 is nothing, after its padding.
    private static void Character(LuaState state, in FormatItem item, byte value, ByteBuilder result)
    {
        if (value != 0)
            Pad(state, in item, [], [value], zeros: false, result);
        else if (!item.IsLeft)
            Fill(state, result, (byte)' ', Math.Max(item.Width - 1, 0));
    }

    private static void Integer(LuaState state, in FormatItem item, long value, ByteBuilder result)
    {
        ReadOnlySpan<byte> sign = value < 0 ? "-"u8 : item.HasPlus ? "+"u8 : item.HasSpace ? " "u8 : ""u8;
        Digits(state, in item, sign, value < 0 ? 0 - (ulong)value : (ulong)value, 10, isUpper: false, result);
    }

    private static void Unsigned(LuaState state, in FormatItem item, ulong value, ByteBuilder result)
    {
        bool isUpper = item.Conversion == 'X';
        int radix = item.Conversion == 'o' ? 8 : item.Conversion == 'u' ? 10 : 16;
        ReadOnlySpan<byte> prefix = item.IsAlternate && radix == 16 && value != 0 ? isUpper ? "0X"u8 : "0x"u8 : ""u8;
        Digits(state, in item, prefix, value, radix, isUpper, result);
    }

    private static void Digits(LuaState state, in FormatItem item, ReadOnlySpan<byte> prefix, ulong value, int radix, bool isUpper, ByteBuilder result)
    {
        Span<byte> text = stackalloc byte[128];
        int at = text.Length;
        for (ulong left = value; left != 0; left /= (uint)radix)
        {
            int digit = (int)(left % (uint)radix);
            text[--at] = (byte)(digit < 10 ? '0' + digit : (isUpper ? 'A' : 'a') + digit - 10);
        }
        int least = item.Precision < 0 ? 1 : item.Precision;
        if (item.IsAlternate && radix == 8 && text.Length - at >= least)
            least = text.Length - at + 1;
        if (item.IsAlternate && radix == 8 && value == 0)
            least = Math.Max(item.Precision < 0 ? 1 : item.Precision, 1);
        while (text.Length - at < least)
            text[--at] = (byte)'0';
        Pad(state, in item, prefix, text[at..], item.HasZero && item.Precision < 0, result);
    }

    private static void Real(LuaState state, in FormatItem item, double value, Span<byte> body, ByteBuilder result)
    {
        bool isNegative = double.IsNegative(value), isUpper = item.Conversion is (byte)'E' or (byte)'G';
        double magnitude = isNegative ? -value : value;
        int precision = item.Precision < 0 ? 6 : item.Precision;
        int length = (item.Conversion | 32) switch
        {
            'e' => NumberWriter.WriteExponential(magnitude, precision, isUpper, item.IsAlternate, body),
            'f' => NumberWriter.WriteFixed(magnitude, precision, item.IsAlternate, body),
            _ => NumberWriter.WriteGeneralUnsigned(magnitude, precision, isUpper, item.IsAlternate, body),
        };
        ReadOnlySpan<byte> sign = isNegative ? "-"u8 : item.HasPlus ? "+"u8 : item.HasSpace ? " "u8 : ""u8;
        Pad(state, in item, sign, body[..length], item.HasZero && double.IsFinite(value), result);
    }

    private static void String(HostCall call, in FormatItem item, int argument, ByteBuilder result)
    {
        ReadOnlySpan<byte> text = call.CheckString(argument).Span;
        if (item.Precision < 0 && text.Length >= LongString)
        {
            result.Append(call.State, text);
            return;
        }
        int zero = text.IndexOf((byte)0);
        text = zero < 0 ? text : text[..zero];
        if (item.Precision >= 0 && item.Precision < text.Length)
            text = text[..item.Precision];
        Pad(call.State, in item, [], text, zeros: false, result);
    }

    private static void Quote(LuaState state, ReadOnlySpan<byte> text, ByteBuilder result)
    {
        result.Append(state, (byte)'"');
        foreach (byte c in text)
        {
            switch (c)
            {
                case (byte)'"' or (byte)'\\' or (byte)'\n':
                    result.Append(state, (byte)'\\');
                    result.Append(state, c);
                    break;
                case (byte)'\r':
                    result.Append(state, "\\r"u8);
                    break;
                case 0:
                    result.Append(state, "\\000"u8);
                    break;
                default:
                    result.Append(state, c);
                    break;
            }
        }
        result.Append(state, (byte)'"');
    }

    /// <summary>One conversion: "%", flags, width, precision, letter.</summary>
    private struct FormatItem
    {
        public bool IsLeft, HasPlus, HasSpace, IsAlternate, HasZero;
        public int Width, Precision;
        public byte Conversion;

        public static FormatItem Read(HostCall call, ReadOnlySpan<byte> text, ref int at)
        {
            FormatItem item = new() { Precision = -1 };
            int start = at;
            while (at < text.Length && "-+ #0"u8.Contains(text[at]))
                item.Flag(text[at++]);
            if (at - start > MaxFlags)
                throw call.Error("invalid format (repeated flags)");
            for (int i = 0; i < 2 && IsDigit(text, at); i++)
                item.Width = (item.Width * 10) + text[at++] - '0';
            if (at < text.Length && text[at] == '.')
            {
                at++;
                item.Precision = 0;
                for (int i = 0; i < 2 && IsDigit(text, at); i++)
                    item.Precision = (item.Precision * 10) + text[at++] - '0';
            }
            if (IsDigit(text, at))
                throw call.Error("invalid format (width or precision too long)");
            item.Conversion = at < text.Length ? text[at] : (byte)0;
            at++;
            return item;
        }

        private void Flag(byte flag)
        {
            IsLeft |= flag == '-';
            HasPlus |= flag == '+';
            HasSpace |= flag == ' ';
            IsAlternate |= flag == '#';
            HasZero |= flag == '0';
        }

        private static bool IsDigit(ReadOnlySpan<byte> text, int at) => at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9';
    }
}
