using System.Buffers.Binary;
using System.Buffers.Text;

namespace Pkv.Engine.Rdb;

/// <summary>
/// The strings inside Redis's packed lists: listpack (7.0), ziplist and intset (before), zipmap (very old). Each kind is
/// read from front to end and validated as thoroughly as Redis 7.0 does with sanitize-dump-payload: forward and backward
/// lengths, counts, the order of an intset. A number is output as its decimal text.
/// </summary>
public static class PackedItems
{
    // What the count of a listpack or ziplist says that holds more items than it can tell.
    private const int UnknownCount = ushort.MaxValue;

    private const int UnknownZipmapCount = 254;

    /// <summary>Told of each item; valid during the call.</summary>
    public delegate void Visitor(ReadOnlySpan<byte> item);

    /// <summary>Returns what is wrong, or null.</summary>
    public static string? Listpack(ReadOnlySpan<byte> pack, Visitor visit)
    {
        if (pack.Length < 7 || BinaryPrimitives.ReadUInt32LittleEndian(pack) != pack.Length || pack[^1] != 0xFF)
            return "a listpack whose length is wrong";
        int at = 6, count = 0, counted = BinaryPrimitives.ReadUInt16LittleEndian(pack[4..]);
        while (pack[at] != 0xFF)
        {
            ReadOnlySpan<byte> rest = pack[at..^1];
            byte b = rest[0];
            int head, data = 0;
            long number = 0;
            bool isText = false;
            if (b < 0x80)
                (head, number) = (1, b);
            else if (b < 0xC0)
                (head, data, isText) = (1, b & 63, true);
            else if (b < 0xE0)
                (head, number) = (2, rest.Length < 2 ? 0 : ((b & 31) << 8 | rest[1]) << 19 >> 19);
            else if (b < 0xF0)
                (head, data, isText) = (2, rest.Length < 2 ? 0 : (b & 15) << 8 | rest[1], true);
            else if (b == 0xF0)
                (head, data, isText) = (5, rest.Length < 5 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(rest[1..]), true);
            else if (b <= 0xF4)
            {
                int bytes = b switch { 0xF1 => 2, 0xF2 => 3, 0xF3 => 4, _ => 8 };
                (head, number) = (1 + bytes, rest.Length < 1 + bytes ? 0 : Signed(rest.Slice(1, bytes)));
            }
            else
                return "a listpack item of an unknown form";
            if (data < 0 || head > rest.Length || data > rest.Length - head)
                return "a listpack item that passes the end";
            int next = head + data + BackLengthBytes(head + data);
            if (next > rest.Length)
                return "a listpack that ends within an item";
            if (BackLength(rest[..next]) != head + data)
                return "a listpack item with two lengths";
            Emit(visit, isText, rest.Slice(head, data), number);
            at += next;
            count++;
        }
        return at != pack.Length - 1 ? "a listpack that ends before its end"
            : counted != UnknownCount && counted != count ? "a listpack whose count is wrong" : null;
    }

    /// <inheritdoc cref="Listpack"/>
    public static string? Ziplist(ReadOnlySpan<byte> pack, Visitor visit)
    {
        if (pack.Length < 11 || BinaryPrimitives.ReadUInt32LittleEndian(pack) != pack.Length || pack[^1] != 0xFF)
            return "a ziplist whose length is wrong";
        uint tail = BinaryPrimitives.ReadUInt32LittleEndian(pack[4..]);
        int at = 10, last = -1, count = 0, counted = BinaryPrimitives.ReadUInt16LittleEndian(pack[8..]);
        while (pack[at] != 0xFF)
        {
            int previous = last < 0 ? 0 : at - last;
            last = at;
            bool isShort = pack[at] < 254;
            if (pack.Length - 1 - at <= (isShort ? 1 : 5))
                return "a ziplist that ends within an item";
            if ((isShort ? pack[at] : BinaryPrimitives.ReadUInt32LittleEndian(pack[(at + 1)..])) != previous)
                return "a ziplist item that tells a wrong length of the one before";
            at += isShort ? 1 : 5;
            ReadOnlySpan<byte> rest = pack[at..^1];
            byte b = rest[0];
            int head, data = 0;
            long number = 0;
            bool isText = b < 0xC0;
            if (b < 0x40)
                (head, data) = (1, b);
            else if (b < 0x80)
                (head, data) = (2, rest.Length < 2 ? 0 : (b & 63) << 8 | rest[1]);
            else if (b < 0xC0)
                (head, data) = (5, rest.Length < 5 ? 0 : BinaryPrimitives.ReadInt32BigEndian(rest[1..]));
            else if (b is >= 0xF1 and <= 0xFD)
                (head, number) = (1, (b & 15) - 1);
            else
            {
                int bytes = b switch { 0xC0 => 2, 0xD0 => 4, 0xE0 => 8, 0xF0 => 3, 0xFE => 1, _ => 0 };
                if (bytes == 0)
                    return "a ziplist item of an unknown form";
                (head, number) = (1 + bytes, rest.Length < 1 + bytes ? 0 : Signed(rest.Slice(1, bytes)));
            }
            if (data < 0 || head > rest.Length || data > rest.Length - head)
                return "a ziplist item that passes the end";
            Emit(visit, isText, rest.Slice(head, data), number);
            at += head + data;
            count++;
        }
        return at != pack.Length - 1 ? "a ziplist that ends before its end"
            : last < 0 ? tail <= pack.Length - 1 ? CountError() : "a ziplist whose tail is elsewhere"
            : tail != last ? "a ziplist whose tail is elsewhere" : CountError();

        string? CountError() => counted != UnknownCount && counted != count ? "a ziplist whose count is wrong" : null;
    }

    /// <inheritdoc cref="Listpack"/>
    public static string? Intset(ReadOnlySpan<byte> pack, Visitor visit)
    {
        if (pack.Length < 8)
            return "an intset without a header";
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(pack), count = BinaryPrimitives.ReadUInt32LittleEndian(pack[4..]);
        if (bytes is not (2 or 4 or 8) || pack.Length - 8 != (long)bytes * count)
            return "an intset whose length is wrong";
        long previous = 0;
        for (int at = 8; at < pack.Length; at += (int)bytes)
        {
            long number = Signed(pack.Slice(at, (int)bytes));
            if (at > 8 && number <= previous)
                return "an intset out of order";
            Emit(visit, isText: false, default, number);
            previous = number;
        }
        return count == 0 ? "an intset without numbers" : null;
    }

    /// <inheritdoc cref="Listpack"/>
    public static string? Zipmap(ReadOnlySpan<byte> pack, Visitor visit)
    {
        bool isValue = false;
        int parts = 0;
        for (int at = 1; at < pack.Length; isValue = !isValue, parts++)
        {
            byte b = pack[at];
            if (b == 0xFF)
            {
                return isValue || at != pack.Length - 1 ? "a zipmap that ends before its end"
                    : parts == 0 || (pack[0] != UnknownZipmapCount && pack[0] != parts / 2) ? "a zipmap whose count is wrong" : null;
            }
            int head = b < 254 ? 1 : 5;
            if (head > pack.Length - at)
                break;
            long length = b < 254 ? b : BinaryPrimitives.ReadUInt32LittleEndian(pack[(at + 1)..]);
            // Behind a value's length stands how many bytes behind the value are not used.
            int free = isValue && at + head < pack.Length ? pack[at + head++] : 0;
            if (length + free > pack.Length - at - head)
                break;
            visit(pack.Slice(at + head, (int)length));
            at += head + (int)length + free;
        }
        return "a zipmap that ends within an item";
    }

    private static void Emit(Visitor visit, bool isText, ReadOnlySpan<byte> text, long number)
    {
        if (isText)
        {
            visit(text);
            return;
        }
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out int length);
        visit(digits[..length]);
    }

    private static long Signed(ReadOnlySpan<byte> littleEndian)
    {
        long value = (sbyte)littleEndian[^1];
        for (int i = littleEndian.Length - 2; i >= 0; i--)
            value = value << 8 | littleEndian[i];
        return value;
    }

    // What an item says of its length at its end, lowest bits last; -1: nothing that can be.
    private static long BackLength(ReadOnlySpan<byte> item)
    {
        const int maxShift = 28;
        long length = 0;
        for (int i = item.Length - 1, shift = 0; i >= 0 && shift <= maxShift; i--, shift += 7)
        {
            length |= (long)(item[i] & 127) << shift;
            if ((item[i] & 128) == 0)
                return length;
        }
        return -1;
    }

    // A listpack item ends with its own length, seven bits a byte.
    private static int BackLengthBytes(long length) => length switch { <= 127 => 1, < 16383 => 2, < 2097151 => 3, < 268435455 => 4, _ => 5 };
}
