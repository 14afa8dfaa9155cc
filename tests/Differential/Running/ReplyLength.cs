using System.Buffers.Text;

namespace Pkv.Tests.Differential.Running;

/// <summary>Where a reply ends, in RESP2 and RESP3.</summary>
internal static class ReplyLength
{
    /// <summary>The length of the reply at the start of the bytes; 0 when its end is not there yet.</summary>
    /// <exception cref="InvalidDataException">This is no RESP.</exception>
    public static int Of(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        for (long pending = 1; pending > 0; pending--)
        {
            int line = at < bytes.Length ? bytes[at..].IndexOf("\r\n"u8) : -1;
            if (line < 0)
                return 0;
            ReadOnlySpan<byte> text = bytes.Slice(at + 1, Math.Max(0, line - 1));
            byte kind = bytes[at];
            at += line + 2;
            switch (kind)
            {
                case (byte)'$' or (byte)'!' or (byte)'=':
                    long length = Number(text);
                    if (length < 0)
                        break;
                    if (bytes.Length - at < length + 2)
                        return 0;
                    at += (int)length + 2;
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>':
                    pending += Math.Max(0, Number(text));
                    break;
                case (byte)'%':
                    pending += 2 * Number(text);
                    break;
                case (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)',' or (byte)'#' or (byte)'(':
                    break;
                default:
                    throw new InvalidDataException($"a reply that begins with byte {kind}");
            }
        }

        return at;
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out int read) && read == text.Length ? number
            : throw new InvalidDataException("a length that is no number");
}
