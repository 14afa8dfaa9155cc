using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pkv.Engine.Rdb;

namespace Pkv.Tests.Cli;

/// <summary>Makes a snapshot as Redis 3 to 6 wrote it, by the format's description: a Redis 7 writes such encodings no more.</summary>
internal sealed class OldRdb
{
    private readonly List<byte> _bytes = [.. "REDIS0009"u8, (byte)RdbType.SelectDatabase, 0];

    public void Add(RdbType type, string key, byte[] value) => _bytes.AddRange([(byte)type, .. Text(key), .. value]);

    /// <summary>The next key expires then, Unix ms.</summary>
    public void ExpireNext(long unixMs) => _bytes.AddRange([(byte)RdbType.ExpiryMs, .. BitConverter.GetBytes(unixMs)]);

    public byte[] Finish()
    {
        byte[] body = [.. _bytes, (byte)RdbType.End];
        byte[] sum = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(sum, Crc64.Append(0, body));
        return [.. body, .. sum];
    }

    public static byte[] Length(long length)
    {
        if (length < 64)
            return [(byte)length];
        if (length < 16384)
            return [(byte)(0x40 | length >> 8), (byte)length];
        byte[] bytes = [0x80, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)length);
        return bytes;
    }

    public static byte[] Text(string text) => Text(Encoding.Latin1.GetBytes(text));

    public static byte[] Text(byte[] text) => [.. Length(text.Length), .. text];

    public static byte[] Ziplist(string[] items)
    {
        List<byte> body = [];
        int previous = 0, last = 10;
        foreach (string item in items)
        {
            last = 10 + body.Count;
            List<byte> entry = previous < 254 ? [(byte)previous] : [254, .. BitConverter.GetBytes(previous)];
            entry.AddRange(ZiplistItem(item));
            previous = entry.Count;
            body.AddRange(entry);
        }
        return [.. BitConverter.GetBytes(11 + body.Count), .. BitConverter.GetBytes(last), .. BitConverter.GetBytes((ushort)items.Length), .. body, 0xFF];
    }

    public static byte[] Zipmap(params string[] parts)
    {
        List<byte> body = [(byte)(parts.Length / 2)];
        for (int i = 0; i < parts.Length; i++)
        {
            body.AddRange(parts[i].Length < 254 ? [(byte)parts[i].Length] : [254, .. BitConverter.GetBytes(parts[i].Length)]);
            // Two bytes behind each value that are not used.
            body.AddRange(i % 2 == 0 ? Encoding.Latin1.GetBytes(parts[i]) : [2, .. Encoding.Latin1.GetBytes(parts[i]), 9, 9]);
        }
        return [.. body, 0xFF];
    }

    public static byte[] Intset(int bytes, params long[] numbers) =>
        [.. BitConverter.GetBytes(bytes), .. BitConverter.GetBytes(numbers.Length), .. numbers.SelectMany(n => BitConverter.GetBytes(n)[..bytes])];

    private static byte[] ZiplistItem(string item)
    {
        if (long.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            byte[] bytes = BitConverter.GetBytes(number);
            return number switch
            {
                >= 0 and <= 12 => [(byte)(0xF1 + number)],
                >= sbyte.MinValue and <= sbyte.MaxValue => [0xFE, bytes[0]],
                >= short.MinValue and <= short.MaxValue => [0xC0, .. bytes[..2]],
                >= -(1 << 23) and < 1 << 23 => [0xF0, .. bytes[..3]],
                >= int.MinValue and <= int.MaxValue => [0xD0, .. bytes[..4]],
                _ => [0xE0, .. bytes],
            };
        }
        byte[] text = Encoding.Latin1.GetBytes(item);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return text.Length < 64 ? [(byte)text.Length, .. text]
            : text.Length < 16384 ? [(byte)(0x40 | text.Length >> 8), (byte)text.Length, .. text]
            : [0x80, .. length, .. text];
    }
}
