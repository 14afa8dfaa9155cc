using System.Diagnostics;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>
/// What is recorded of a stream beside its entries: names with values, of which the last counts, like fields of a hash
/// (<c>PKV.XSET key name value …</c>). The name's first byte tells what it is about.
/// </summary>
internal static unsafe class StreamFacts
{
    /// <summary>The name of the summary: last ID, entries added, largest deleted ID, and the number of the last command that it counts.</summary>
    public static ReadOnlySpan<byte> Summary => "m"u8;

    /// <summary>The most bytes of a summary's value.</summary>
    public const int SummaryBytes = 2 * StreamId.MaxBytes + 2 * 21;

    /// <summary>Writes the summary's value: "number last added deleted". Returns its end.</summary>
    public static byte* WriteSummary(byte* p, in StreamState state, ulong number)
    {
        p = WriteNumber(p, number);
        *p++ = (byte)' ';
        p = state.LastId.Write(p);
        *p++ = (byte)' ';
        p = WriteNumber(p, state.Added);
        *p++ = (byte)' ';
        return state.MaxDeletedId.Write(p);
    }

    /// <summary>Writes the summary, name and value. Returns its end.</summary>
    public static byte* WriteSummaryPair(byte* p, in StreamState state, ulong number)
    {
        byte* text = stackalloc byte[SummaryBytes];
        p = BulkString.WriteBulk(p, Summary);
        return BulkString.WriteBulk(p, text, (int)(WriteSummary(text, state, number) - text));
    }

    /// <summary>Reads a summary's value. False: it is none.</summary>
    public static bool TryReadSummary(ReadOnlySpan<byte> value, ref StreamState state)
    {
        if (!StreamId.TryReadNumber(NextWord(ref value), out ulong number) || !StreamId.TryParse(NextWord(ref value), 0, out StreamId last)
            || !StreamId.TryReadNumber(NextWord(ref value), out ulong added) || !StreamId.TryParse(NextWord(ref value), 0, out StreamId deleted) || value.Length > 0)
            return false;
        (state.SummaryNumber, state.LastId, state.Added, state.MaxDeletedId) = (number, last, added, deleted);
        return true;
    }

    /// <summary>Whether a fact can be what the log tells.</summary>
    public static bool IsSound(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        StreamState state = default;
        return name.SequenceEqual(Summary) && TryReadSummary(value, ref state);
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    private static byte* WriteNumber(byte* p, ulong number)
    {
        bool fits = number.TryFormat(new Span<byte>(p, 20), out int written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Debug.Assert(fits, "a number has 20 digits at most");
        return p + written;
    }
}
