using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>
/// Reads bulk strings in place, and writes them: <c>$length CRLF bytes CRLF</c>. Reading is only for bytes that the parser or the effect
/// writer has attested (canonical length, CRLF in place); never for input.
/// </summary>
public static unsafe class BulkString
{
    /// <summary>Bytes of "$length\r\n".</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HeaderBytes(int length) =>
        length < 10 ? 4 : length < 100 ? 5 : length < 1000 ? 6 : HeaderBytesLong(length);

    /// <summary>Bytes of a whole bulk string that holds <paramref name="length"/> bytes.</summary>
    public static long BulkBytes(int length) => HeaderBytes(length) + (long)length + 2;

    /// <summary>Start and length of the data of the bulk string at <paramref name="bulk"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Data(byte* bulk, out int length)
    {
        byte* p = bulk + 1;
        int value = *p++ - '0';
        while (*p != '\r')
            value = value * 10 + (*p++ - '0');
        length = value;
        return p + 2;
    }

    /// <summary>The bulk string that follows the one at <paramref name="bulk"/>.</summary>
    public static byte* Next(byte* bulk)
    {
        byte* data = Data(bulk, out int length);
        return data + length + 2;
    }

    /// <summary>Whether the bulk string at <paramref name="bulk"/> holds exactly these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(byte* bulk, byte* data, int length)
    {
        byte* held = Data(bulk, out int heldLength);
        return heldLength == length && new ReadOnlySpan<byte>(held, length).SequenceEqual(new ReadOnlySpan<byte>(data, length));
    }

    /// <summary>Writes "$length\r\n" and returns where the data goes.</summary>
    public static byte* WriteHeader(byte* p, int length)
    {
        *p = (byte)'$';
        int header = HeaderBytes(length);
        byte* digit = p + header - 3;
        do
        {
            *digit-- = (byte)('0' + length % 10);
            length /= 10;
        }
        while (length != 0);
        p[header - 2] = (byte)'\r';
        p[header - 1] = (byte)'\n';
        return p + header;
    }

    /// <summary>Writes a whole bulk string and returns its end.</summary>
    public static byte* WriteBulk(byte* p, byte* data, int length)
    {
        p = WriteHeader(p, length);
        Buffer.MemoryCopy(data, p, length, length);
        p += length;
        *p++ = (byte)'\r';
        *p++ = (byte)'\n';
        return p;
    }

    /// <summary>Writes a bulk string of short constant text and returns its end.</summary>
    public static byte* WriteBulk(byte* p, ReadOnlySpan<byte> data)
    {
        fixed (byte* source = data)
            return WriteBulk(p, source, data.Length);
    }

    private static int HeaderBytesLong(int length)
    {
        int digits = 4;
        for (int rest = length / 10000; rest != 0; rest /= 10)
            digits++;
        return digits + 3;
    }
}
