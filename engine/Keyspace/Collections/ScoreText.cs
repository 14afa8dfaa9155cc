using System.Globalization;
using System.Runtime.CompilerServices;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Scores as the log tells them: decimal text, or inf and -inf. Reads what it writes back bit by bit.</summary>
public static unsafe class ScoreText
{
    public const int MaxBytes = 32;

    /// <summary>
    /// Reads a score of a record. False: it is not in a form that a record may hold (a client's other forms become this one by an
    /// effect).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> text, out double score)
    {
        if (text.Length is > 0 and <= 15 && Integers.TryParse(text, out long whole))
        {
            score = whole;
            return true;
        }
        return TryParseLong(text, out score);
    }

    /// <summary>Writes a score as a record holds it; returns the end.</summary>
    public static byte* Write(byte* p, double score)
    {
        if (score == Math.Floor(score) && Math.Abs(score) < 1e15 && !(score == 0 && double.IsNegative(score)))
            return Integers.Write(p, (long)score);
        if (double.IsInfinity(score))
        {
            ReadOnlySpan<byte> text = score > 0 ? "inf"u8 : "-inf"u8;
            text.CopyTo(new Span<byte>(p, text.Length));
            return p + text.Length;
        }
        // The shortest text that reads back the same.
        score.TryFormat(new Span<byte>(p, MaxBytes), out int written, default, CultureInfo.InvariantCulture);
        return p + written;
    }

    private static bool TryParseLong(ReadOnlySpan<byte> text, out double score)
    {
        if (text.SequenceEqual("inf"u8) || text.SequenceEqual("-inf"u8))
        {
            score = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        score = 0;
        if (text.Length is 0 or > 64 || !(char.IsAsciiDigit((char)text[0]) || text[0] == '-'))
            return false;
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, styles, CultureInfo.InvariantCulture, out score) && !double.IsInfinity(score);
    }
}
