using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>
/// Lines of the protocol: a type byte, text or a number, CRLF. They are replies by themselves (status, error, integer), or what
/// an array, a map, a set or a bulk string begins with.
/// </summary>
public static unsafe class RespLine
{
    /// <summary>Room that a line with a number needs.</summary>
    public const int NumberBytes = Integers.MaxBytes + 3;

    /// <summary>Room that a line with <paramref name="length"/> bytes of text needs.</summary>
    public static int TextBytes(int length) => length + 3;

    /// <summary>Writes a line with a number, at most <see cref="NumberBytes"/>, and returns its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Write(byte* p, byte type, long value)
    {
        *p = type;
        byte* end = Integers.Write(p + 1, value);
        end[0] = (byte)'\r';
        end[1] = (byte)'\n';
        return end + 2;
    }

    /// <summary>Writes a line with text, which must hold no line break, and returns its end.</summary>
    public static byte* Write(byte* p, byte type, ReadOnlySpan<byte> text)
    {
        *p = type;
        text.CopyTo(new Span<byte>(p + 1, text.Length));
        byte* end = p + 1 + text.Length;
        end[0] = (byte)'\r';
        end[1] = (byte)'\n';
        return end + 2;
    }
}
