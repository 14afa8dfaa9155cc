namespace Pkv.Ycsb.Redis;

/// <summary>
/// Where RESP2 replies end. An unfinished reply is examined again from its start when more has come: values are skipped by
/// their length, so a record costs some ten nanoseconds for each field.
/// </summary>
internal static class Reply
{
    /// <summary>Bytes of the reply at the start of <paramref name="bytes"/>; 0 when its end is not there.</summary>
    /// <exception cref="IOException">It is no RESP2.</exception>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        for (long left = 1; left > 0; left--)
        {
            if (at >= bytes.Length) return 0;
            byte type = bytes[at++];
            if (type is (byte)'+' or (byte)'-' or (byte)':')
            {
                int end = bytes[at..].IndexOf((byte)'\n');
                if (end < 0) return 0;
                at += end + 1;
                continue;
            }
            if (type is not ((byte)'$' or (byte)'*')) throw new IOException($"a reply of type 0x{type:x2}, which RESP2 has not");
            if (!TryReadNumber(bytes, ref at, out long number)) return 0;
            if (type == (byte)'*') left += Math.Max(0, number);
            else if (number >= 0)
            {
                if (number + 2 > bytes.Length - at) return 0;
                at += (int)number + 2;
            }
        }
        return at;
    }

    /// <summary>Reads "123\r\n" and moves behind it; false when its end is not there.</summary>
    /// <exception cref="IOException">It is no number.</exception>
    internal static bool TryReadNumber(ReadOnlySpan<byte> bytes, ref int at, out long number)
    {
        number = 0;
        bool isNegative = at < bytes.Length && bytes[at] == '-';
        for (int i = isNegative ? at + 1 : at; i < bytes.Length; i++)
        {
            if (bytes[i] == '\r')
            {
                if (i + 1 == bytes.Length) return false;
                at = i + 2;
                if (isNegative) number = -number;
                return true;
            }
            uint digit = (uint)(bytes[i] - '0');
            if (digit > 9 || number > int.MaxValue) throw new IOException("a length in a reply is no number");
            number = number * 10 + digit;
        }
        return false;
    }
}
