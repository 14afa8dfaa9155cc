using System.Buffers.Text;

namespace Pkv.Resp;

/// <summary>The name of a command of which only the beginning is there.</summary>
public static class CommandName
{
    /// <summary>Reads <c>*N CRLF $L CRLF name</c>. False: it does not begin so, as far as it is there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> name)
    {
        name = default;
        int line = bytes.IndexOf("\r\n$"u8);
        if (line < 2 || bytes[0] != '*')
            return false;
        bytes = bytes[(line + 3)..];
        if (!Utf8Parser.TryParse(bytes, out int length, out int digits) || length < 1 || digits + 2 + (long)length > bytes.Length)
            return false;
        name = bytes.Slice(digits + 2, length);
        return true;
    }
}
