namespace Pkv.Cli.Import;

/// <summary>
/// Whether bytes could be the beginning of a command that more bytes complete. Tells a log that was cut short, which is
/// normal after a crash, from one whose lines end otherwise than Redis ends them, which a text editor leaves behind.
/// </summary>
internal static unsafe class AofPrefix
{
    // More than any count or length has.
    private const int MaxDigits = 20;

    /// <summary>True for a proper beginning of <c>*N CRLF ($L CRLF bytes CRLF)…</c>.</summary>
    public static bool IsBeginningOfCommand(byte* p, byte* end)
    {
        if (!TryReadLine(ref p, end, (byte)'*', out long arguments))
            return false;
        for (; arguments > 0 && p < end; arguments--)
        {
            if (!TryReadLine(ref p, end, (byte)'$', out long length))
                return false;
            if (length >= end - p)
                return true;
            p += length;
            if (!TryReadEnd(ref p, end))
                return false;
        }
        return true;
    }

    // False: this is not such a line, whatever follows. If the bytes end within it, p is the end.
    private static bool TryReadLine(ref byte* p, byte* end, byte mark, out long number)
    {
        number = 0;
        if (p == end)
            return true;
        if (*p++ != mark)
            return false;
        int digits = 0;
        for (; p < end && (uint)(*p - '0') <= 9; p++)
        {
            number = number * 10 + (*p - '0');
            if (++digits == MaxDigits)
                return false;
        }
        return p == end || (digits > 0 && TryReadEnd(ref p, end));
    }

    private static bool TryReadEnd(ref byte* p, byte* end)
    {
        if (p < end && *p++ != '\r')
            return false;
        return p == end || *p++ == '\n';
    }
}
