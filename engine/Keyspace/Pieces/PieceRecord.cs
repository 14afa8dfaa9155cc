using System.Diagnostics;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// The record that gives a string some of its bytes: <c>PKV.SPUT key head offset bytes [offset bytes …]</c>, see
/// <see cref="PieceHead"/>. Put again, alone or beside others in their order, it leads to the same string.
/// </summary>
internal static unsafe class PieceRecord
{
    /// <summary>Bytes of the string that one record brings, at most, where there are more.</summary>
    public const int UsualMaxBytes = 64 * 1024;

    /// <summary>The most bytes that an offset and the frame of its bytes take.</summary>
    public const int FrameMaxBytes = 48;

    private const int HeadMaxBytes = 64 + PieceHead.MaxBytes;

    public static ReadOnlySpan<byte> Name => "PKV.SPUT"u8;

    /// <summary>The most bytes of a record.</summary>
    /// <param name="keyLength">Of its key.</param>
    /// <param name="parts">Offsets with their bytes.</param>
    /// <param name="bytes">Of the string.</param>
    public static long MaxBytes(int keyLength, int parts, long bytes) => HeadMaxBytes + BulkString.BulkBytes(keyLength) + (long)parts * FrameMaxBytes + bytes;

    /// <summary>What stands before the first offset; returns where that goes.</summary>
    public static byte* WriteHead(byte* p, byte* key, int keyLength, in PieceHead head, int parts)
    {
        Debug.Assert(parts > 0 && head.Birth > 0, "a record of pieces brings some, to a string that has a number");
        *p = (byte)'*';
        p = Integers.Write(p + 1, 3 + 2 * parts);
        *p++ = (byte)'\r';
        *p++ = (byte)'\n';
        p = BulkString.WriteBulk(p, Name);
        p = BulkString.WriteBulk(p, key, keyLength);
        byte* text = stackalloc byte[PieceHead.MaxBytes];
        return BulkString.WriteBulk(p, text, (int)(head.Write(text) - text));
    }

    /// <summary>An offset, and the header of its bytes; returns where those go. CRLF follows them.</summary>
    public static byte* WriteOffset(byte* p, long offset, int length)
    {
        Debug.Assert(offset >= 0 && length > 0, "a piece has some bytes of a string");
        byte* text = stackalloc byte[Integers.MaxBytes];
        p = BulkString.WriteBulk(p, text, (int)(Integers.Write(text, offset) - text));
        return BulkString.WriteHeader(p, length);
    }

    /// <summary>Whether the arguments of a record behind its name are such as this writes them.</summary>
    public static bool IsSound(ArgList args)
    {
        if (args.Count < 5 || (args.Count & 1) == 0 || !PieceHead.TryParse(args.Items[2].Span, out _))
            return false;
        for (int i = 3; i < args.Count; i += 2)
        {
            if (!Integers.TryParse(args.Items[i].Span, out long offset) || offset < 0 || args.Items[i + 1].Length == 0 || offset + args.Items[i + 1].Length > int.MaxValue)
                return false;
        }
        return true;
    }

    /// <summary>The head of a record, from its bulk string; the record is sound.</summary>
    public static PieceHead HeadOf(byte* headBulk)
    {
        byte* text = BulkString.Data(headBulk, out int length);
        PieceHead.TryParse(new ReadOnlySpan<byte>(text, length), out PieceHead head);
        return head;
    }

    /// <summary>The number in an offset's bulk string.</summary>
    public static long OffsetOf(byte* bulk)
    {
        byte* text = BulkString.Data(bulk, out int length);
        return Integers.TryParse(new ReadOnlySpan<byte>(text, length), out long offset) ? offset : 0;
    }
}
