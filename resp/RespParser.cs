using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>
/// Finds one command at the front of received bytes: RESP arrays of bulk strings, or inline commands. Copies
/// nothing; allocates nothing but the text of an error. Limits and error texts are Redis 7.0's (networking.c).
/// The two bytes after a bulk string and the one after a length's CR are made CRLF if they are not: Redis skips
/// them unread, and here they become part of the stored value's frame.
/// </summary>
public static unsafe class RespParser
{
    /// <summary>The longest line that may hold a length or an inline command, bytes.</summary>
    public const int MaxInlineBytes = 64 * 1024;

    // Arguments between two calls of a long command's breather.
    private const int BreathArgs = 2048;

    private const ushort CrLf = 0x0A0D;
    private const int UnauthenticatedMaxArgs = 10;
    private const int UnauthenticatedMaxBulk = 16384;

    /// <summary>Parses the command at <paramref name="start"/>; see <see cref="ParseResult"/>.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">Behind the last one that was received.</param>
    /// <param name="args">Where its arguments go.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="breathe">Called now and then while very many arguments are parsed.</param>
    public static ParseResult Parse(byte* start, byte* end, ArgList args, in ParseLimits limits, Action? breathe = null)
    {
        args.Count = 0;
        if (start == end)
            return default(ParseResult) with { Status = ParseStatus.Incomplete };
        return *start == '*' ? ParseArray(start, end, args, limits, breathe) : InlineParser.Parse(start, end, args);
    }

    private static ParseResult ParseArray(byte* start, byte* end, ArgList args, in ParseLimits limits, Action? breathe)
    {
        byte* p = start + 1;
        if (!TryReadLength(ref p, end, out long count, out bool malformed))
            return LineIncomplete(start, end, "too big mbulk count string");
        if (malformed || count > int.MaxValue)
            return Invalid("invalid multibulk length");
        if (limits.Unauthenticated && count > UnauthenticatedMaxArgs)
            return Invalid("unauthenticated multibulk length");

        for (long i = 0; i < count; i++)
        {
            if (i % BreathArgs == BreathArgs - 1)
                breathe?.Invoke();
            byte* bulk = p;
            if (p == end)
                return Incomplete();
            if (*p != '$')
                return Invalid($"expected '$', got '{Printable(*p)}'");
            p++;
            if (!TryReadLength(ref p, end, out long length, out malformed))
                return LineIncomplete(bulk, end, "too big bulk count string");
            if (malformed || length < 0 || length > limits.MaxBulkBytes)
                return Invalid("invalid bulk length");
            if (limits.Unauthenticated && length > UnauthenticatedMaxBulk)
                return Invalid("unauthenticated bulk length");
            if (end - p < length + 2)
            {
                return new ParseResult
                {
                    Status = ParseStatus.Incomplete,
                    Needed = p - start + length + 2,
                    NeededIsExact = i == count - 1,
                };
            }
            args.Add(p, (int)length, framed: true);
            p += length;
            if (Unsafe.ReadUnaligned<ushort>(p) != CrLf)
                Unsafe.WriteUnaligned<ushort>(p, CrLf);
            p += 2;
        }
        return new ParseResult { Status = ParseStatus.Complete, Consumed = p - start };
    }

    // Reads digits up to CRLF. False: the line's end is not there yet. Canonical form only (no sign but '-',
    // no leading zero), as Redis's string2ll: the stored frame's length can then be told from the number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadLength(ref byte* p, byte* end, out long value, out bool malformed)
    {
        byte* q = p;
        long number = 0;
        while (q < end && (uint)(*q - '0') <= 9 && q - p < 18)
            number = number * 10 + (*q++ - '0');
        if (end - q >= 2 && Unsafe.ReadUnaligned<ushort>(q) == CrLf && q > p && (*p != '0' || q - p == 1))
        {
            p = q + 2;
            value = number;
            malformed = false;
            return true;
        }
        return TryReadOddLength(ref p, end, out value, out malformed);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadOddLength(ref byte* p, byte* end, out long value, out bool malformed)
    {
        value = 0;
        malformed = false;
        int lineBytes = new ReadOnlySpan<byte>(p, (int)Math.Min(end - p, MaxInlineBytes)).IndexOf((byte)'\r');
        if (lineBytes < 0 || end - p < lineBytes + 2)
            return false;
        ReadOnlySpan<byte> line = new(p, lineBytes);
        p[lineBytes + 1] = (byte)'\n';
        p += lineBytes + 2;
        malformed = !Integers.TryParse(line, out value);
        return true;
    }

    // The cap is on the line alone: what the command received before does not count.
    private static ParseResult LineIncomplete(byte* line, byte* end, string tooLong) =>
        end - line > MaxInlineBytes ? Invalid(tooLong) : Incomplete();

    private static ParseResult Incomplete() => new() { Status = ParseStatus.Incomplete };

    private static ParseResult Invalid(string error) => new() { Status = ParseStatus.Invalid, Error = "Protocol error: " + error };

    private static char Printable(byte b) => (char)b;
}
