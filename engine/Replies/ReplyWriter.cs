using System.Runtime.CompilerServices;
using System.Text;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Replies;

/// <summary>
/// Writes replies to the thread's gather buffer, in the protocol version that the client chose (RESP2, or RESP3 after HELLO
/// 3). Pkv.Resp knows how a line or a bulk string is written; this class is above it because it reads from the pool (pieces
/// of a string, slices that are sent in place) and writes to the gather buffer. Owner thread only; allocates only for error
/// texts made from strings.
/// </summary>
public sealed unsafe class ReplyWriter(GatherBuffer output)
{
    /// <summary>The underlying buffer, for truncation and sending.</summary>
    public GatherBuffer Output { get; } = output;

    /// <summary>RESP3 types may be used.</summary>
    public bool Resp3 { get; set; }

    /// <summary>Values of at least this many bytes are sent in place instead of being copied (send-gather-threshold).</summary>
    public int GatherThreshold { get; set; } = 16 * 1024;

    /// <summary>Error replies written, by code.</summary>
    public ErrorCounts Errors { get; } = new();

    /// <summary>Error replies written.</summary>
    public long ErrorCount => Errors.Total;

    public void Ok() => Output.Append("+OK\r\n"u8);

    public void Queued() => Output.Append("+QUEUED\r\n"u8);

    /// <summary>A status reply: "+text".</summary>
    public void Simple(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>An error reply. The text begins with its code: "ERR syntax error".</summary>
    public void Error(ReadOnlySpan<byte> text)
    {
        Errors.Count(text);
        Line((byte)'-', text);
    }

    /// <summary>An error reply that was counted when a script's command gave it.</summary>
    public void ErrorCountedBefore(ReadOnlySpan<byte> text) => Line((byte)'-', text);

    /// <summary>An error reply. Line breaks in the text become spaces, as in Redis.</summary>
    public void Error(string text) => Error(Encoding.UTF8.GetBytes(text.Replace('\r', ' ').Replace('\n', ' ')));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Integer(long value) => Number((byte)':', value);

    /// <summary>A bulk string, copied.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // handlers are full of these: a call is smaller, and the copy is what takes time
    public void Bulk(ReadOnlySpan<byte> data)
    {
        byte* p = Output.Reserve(data.Length + 32);
        Output.Advance((int)(BulkString.WriteBulk(p, data) - p));
    }

    public void Bulk(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    /// <summary>A bulk string that is a number's decimal text.</summary>
    public void BulkInteger(long value)
    {
        byte* text = stackalloc byte[Integers.MaxBytes];
        Bulk(new ReadOnlySpan<byte>(text, (int)(Integers.Write(text, value) - text)));
    }

    /// <summary>
    /// A bulk string that is stored framed in the pool. Copied if small, noted for gathering if large: the
    /// pool keeps its bytes in place until the send is through.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoredBulk(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        long bytes = data - bulk + (long)length + 2;
        if (bytes < GatherThreshold)
            Output.Append(bulk, (int)bytes);
        else
            Output.AppendSlice(bulk, bytes);
    }

    /// <summary>A framed bulk string that does not stay where it is: always copied.</summary>
    public void CopiedBulk(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        Output.Append(bulk, (int)(data - bulk) + length + 2);
    }

    /// <summary>Elements that are contiguous in the pool, unchanged; see <see cref="StoredBulk"/>.</summary>
    public void StoredElements(byte* start, long bytes)
    {
        if (bytes < GatherThreshold)
            Output.Append(start, (int)bytes);
        else
            Output.AppendSlice(start, bytes);
    }

    /// <summary>A bulk string whose bytes are a part of one in the pool; see <see cref="StoredBulk"/>.</summary>
    public void StoredBytes(byte* data, int length)
    {
        if (length < GatherThreshold)
        {
            Bulk(new ReadOnlySpan<byte>(data, length));
            return;
        }
        Number((byte)'$', length);
        Output.AppendSlice(data, length);
        Output.Append("\r\n"u8);
    }

    /// <summary>A string; see <see cref="StoredBulk"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Stored(in StoredString value)
    {
        if (value.IsPieces)
            StoredPart(value, 0, value.Length);
        else
            StoredBulk(value.Data - BulkString.HeaderBytes(value.Length));
    }

    /// <summary>A bulk string whose bytes are a part of a string, at least one; see <see cref="StoredBulk"/>.</summary>
    public void StoredPart(in StoredString value, long offset, int length)
    {
        if (!value.IsPieces)
        {
            StoredBytes(value.Data + offset, length);
            return;
        }
        Number((byte)'$', length);
        for (PieceReader reader = value.Read(offset, offset + length); reader.MoveNext();)
        {
            if (reader.Data == null)
                Zeros(reader.Length);
            else if (reader.Length < GatherThreshold)
                Output.Append(reader.Data, reader.Length);
            else
                Output.AppendSlice(reader.Data, reader.Length);
        }
        Output.Append("\r\n"u8);
    }

    /// <summary>Absence of a value: "$-1", or "_" in RESP3.</summary>
    public void Null() => Output.Append(Resp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Absence of an array: "*-1", or "_" in RESP3.</summary>
    public void NullArray() => Output.Append(Resp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    public void Array(long count) => Number((byte)'*', count);

    /// <summary>The header of a map with this many pairs; in RESP2, of an array with twice as many elements.</summary>
    public void Map(long pairs) => Number(Resp3 ? (byte)'%' : (byte)'*', Resp3 ? pairs : pairs * 2);

    /// <summary>A set; in RESP2 an array.</summary>
    public void Set(long count) => Number(Resp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>Out-of-band data; in RESP2 an array.</summary>
    public void Push(long count) => Number(Resp3 ? (byte)'>' : (byte)'*', count);

    public void Boolean(bool value)
    {
        if (Resp3)
            Output.Append(value ? "#t\r\n"u8 : "#f\r\n"u8);
        else
            Integer(value ? 1 : 0);
    }

    /// <summary>A double: RESP3's own type, or a bulk string. See <see cref="Doubles.Write"/> for the text.</summary>
    public void Double(double value)
    {
        byte* text = stackalloc byte[Doubles.MaxBytes];
        DoubleText(new ReadOnlySpan<byte>(text, (int)(Doubles.Write(text, value) - text)));
    }

    /// <summary>As <see cref="Double"/>, of a number whose text is there.</summary>
    public void DoubleText(ReadOnlySpan<byte> text)
    {
        if (Resp3)
            Line((byte)',', text);
        else
            Bulk(text);
    }

    /// <summary>Text for people: RESP3's verbatim string with format "txt", or a bulk string.</summary>
    public void Verbatim(string text) => Verbatim("txt"u8, Encoding.UTF8.GetBytes(text));

    /// <summary>RESP3's verbatim string with a format of three characters, or a bulk string.</summary>
    public void Verbatim(ReadOnlySpan<byte> format, ReadOnlySpan<byte> text)
    {
        if (!Resp3)
        {
            Bulk(text);
            return;
        }
        Number((byte)'=', text.Length + 4);
        Span<byte> name = stackalloc byte[4];
        name.Fill((byte)' ');
        format[..Math.Min(3, format.Length)].CopyTo(name);
        name[3] = (byte)':';
        Output.Append(name);
        Output.Append(text);
        Output.Append("\r\n"u8);
    }

    /// <summary>A number of any length, as digits; in RESP2 a bulk string.</summary>
    public void BigNumber(ReadOnlySpan<byte> digits)
    {
        if (Resp3)
            Line((byte)'(', digits);
        else
            Bulk(digits);
    }

    /// <summary>Text for a line of a reply: line breaks become spaces.</summary>
    public static byte[] OneLine(ReadOnlySpan<byte> text)
    {
        byte[] line = text.ToArray();
        foreach (ref byte c in line.AsSpan())
            c = c is (byte)'\r' or (byte)'\n' ? (byte)' ' : c;
        return line;
    }

    private void Zeros(int count)
    {
        for (; count >= GatherThreshold && count > 0; count -= Math.Min(count, ZeroBytes.Length))
            Output.AppendSlice(ZeroBytes.Start, Math.Min(count, ZeroBytes.Length));
        if (count > 0)
            Output.Append(ZeroBytes.Start, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // as above: errors are not the way that is hot
    private void Line(byte type, ReadOnlySpan<byte> text)
    {
        byte* p = Output.Reserve(RespLine.TextBytes(text.Length));
        Output.Advance((int)(RespLine.Write(p, type, text) - p));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Number(byte type, long value)
    {
        byte* p = Output.Reserve(RespLine.NumberBytes);
        Output.Advance((int)(RespLine.Write(p, type, value) - p));
    }
}
