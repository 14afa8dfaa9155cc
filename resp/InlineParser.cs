using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>
/// Inline commands ("SET key value" and a newline, as typed into telnet), split as Redis's sdssplitargs does:
/// double quotes with escapes, single quotes with \' alone; a NUL ends the line. Arguments are unescaped in place.
/// </summary>
public static unsafe class InlineParser
{
    internal static ParseResult Parse(byte* start, byte* end, ArgList args)
    {
        int limit = (int)Math.Min(end - start, RespParser.MaxInlineBytes + 1);
        int lineBytes = new ReadOnlySpan<byte>(start, limit).IndexOf((byte)'\n');
        if (lineBytes < 0)
        {
            return limit > RespParser.MaxInlineBytes
                ? new ParseResult { Status = ParseStatus.Invalid, Error = "Protocol error: too big inline request" }
                : new ParseResult { Status = ParseStatus.Incomplete };
        }
        byte* lineEnd = start + lineBytes;
        if (lineBytes > 0 && lineEnd[-1] == '\r')
            lineEnd--;
        int nul = new ReadOnlySpan<byte>(start, (int)(lineEnd - start)).IndexOf((byte)0);
        if (nul >= 0)
            lineEnd = start + nul;
        if (!Split(start, lineEnd, args))
            return new ParseResult { Status = ParseStatus.Invalid, Error = "Protocol error: unbalanced quotes in request" };
        return new ParseResult { Status = ParseStatus.Complete, Consumed = lineBytes + 1 };
    }

    private static bool Split(byte* p, byte* end, ArgList args)
    {
        while (true)
        {
            while (p < end && IsSpace(*p))
                p++;
            if (p == end)
                return true;
            byte* data = p;
            byte* to = p;
            if (!ReadArgument(ref p, end, ref to))
                return false;
            args.Add(data, (int)(to - data), framed: false);
        }
    }

    private static bool ReadArgument(ref byte* p, byte* end, ref byte* to)
    {
        byte quote = 0;
        while (true)
        {
            if (p == end)
                return quote == 0;
            byte c = *p++;
            if (quote == 0)
            {
                if (c is (byte)' ' or (byte)'\t' or (byte)'\r')
                    return true;
                if (c is (byte)'"' or (byte)'\'')
                    quote = c;
                else
                    *to++ = c;
                continue;
            }
            if (c == quote)
                return p == end || IsSpace(*p);
            if (c == '\\' && p < end)
                c = quote == '"' ? Unescape(ref p, end) : *p == '\'' ? *p++ : c;
            *to++ = c;
        }
    }

    private static byte Unescape(ref byte* p, byte* end)
    {
        if (*p == 'x' && end - p >= 3 && Uri.IsHexDigit((char)p[1]) && Uri.IsHexDigit((char)p[2]))
        {
            byte value = (byte)(Uri.FromHex((char)p[1]) * 16 + Uri.FromHex((char)p[2]));
            p += 3;
            return value;
        }
        byte c = *p++;
        return c switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => c,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSpace(byte c) => c == ' ' || (c >= 9 && c <= 13);
}
