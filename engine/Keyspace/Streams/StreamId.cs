using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>The ID of a stream's entry: milliseconds and a sequence number, compared in this order. Text: "ms-seq".</summary>
/// <param name="Ms">Unix ms, or whatever the client gave.</param>
/// <param name="Seq">Tells entries of one millisecond apart.</param>
public readonly record struct StreamId(ulong Ms, ulong Seq) : IComparable<StreamId>
{
    /// <summary>The longest text.</summary>
    public const int MaxBytes = 41;

    /// <summary>"0-0": no entry has it.</summary>
    public static StreamId Min => default;

    /// <summary>The last one that there can be.</summary>
    public static StreamId Max => new(ulong.MaxValue, ulong.MaxValue);

    public static bool operator <(StreamId a, StreamId b) => a.CompareTo(b) < 0;

    public static bool operator >(StreamId a, StreamId b) => a.CompareTo(b) > 0;

    public static bool operator <=(StreamId a, StreamId b) => a.CompareTo(b) <= 0;

    public static bool operator >=(StreamId a, StreamId b) => a.CompareTo(b) >= 0;

    public int CompareTo(StreamId other) => Ms != other.Ms ? Ms.CompareTo(other.Ms) : Seq.CompareTo(other.Seq);

    /// <summary>The ID that follows; false: this is the last one.</summary>
    public bool TryNext(out StreamId next)
    {
        bool isThere = this != Max;
        next = Seq != ulong.MaxValue ? new(Ms, Seq + 1) : new(Ms + 1, 0);
        return isThere;
    }

    /// <summary>The ID before; false: this is the first one.</summary>
    public bool TryPrevious(out StreamId previous)
    {
        bool isThere = this != Min;
        previous = Seq != 0 ? new(Ms, Seq - 1) : new(Ms - 1, ulong.MaxValue);
        return isThere;
    }

    /// <summary>Writes the text, at most <see cref="MaxBytes"/>; returns its end.</summary>
    public unsafe byte* Write(byte* p)
    {
        p = WriteNumber(p, Ms);
        *p++ = (byte)'-';
        return WriteNumber(p, Seq);
    }

    /// <summary>Writes it as a bulk string; returns its end.</summary>
    public unsafe byte* WriteBulk(byte* p)
    {
        byte* text = stackalloc byte[MaxBytes];
        return BulkString.WriteBulk(p, text, (int)(Write(text) - text));
    }

    /// <summary>
    /// Reads "ms-seq" or "ms", as Redis's commands do: also with blanks or a plus before a number, and zeros; what follows a zero byte does
    /// not count.
    /// </summary>
    /// <param name="text">The argument.</param>
    /// <param name="missingSeq">The sequence number where none is told.</param>
    /// <param name="id">What was read.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong missingSeq, out StreamId id)
    {
        int end = text.IndexOf((byte)0);
        if (end >= 0)
            text = text[..end];
        int dash = text.IndexOf((byte)'-');
        ulong seq = missingSeq;
        bool isSound = TryReadNumber(dash < 0 ? text : text[..dash], out ulong ms) && (dash < 0 || TryReadNumber(text[(dash + 1)..], out seq));
        id = new StreamId(ms, seq);
        return isSound;
    }

    /// <summary>Reads one half of an ID.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        while (text.Length > 0 && text[0] is (byte)' ' or (>= 9 and <= 13))
            text = text[1..];
        if (text.Length > 0 && text[0] == '+')
            text = text[1..];
        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit) || number > (ulong.MaxValue - (digit - (ulong)'0')) / 10)
                return false;
            number = number * 10 + (digit - (ulong)'0');
        }
        return text.Length > 0;
    }

    public override unsafe string ToString()
    {
        byte* text = stackalloc byte[MaxBytes];
        return System.Text.Encoding.ASCII.GetString(text, (int)(Write(text) - text));
    }

    private static unsafe byte* WriteNumber(byte* p, ulong number)
    {
        _ = number.TryFormat(new Span<byte>(p, MaxBytes), out int written, provider: System.Globalization.CultureInfo.InvariantCulture);
        return p + written;
    }
}
