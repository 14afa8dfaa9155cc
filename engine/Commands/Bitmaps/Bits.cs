using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// Counts, finds and combines bits of strings, many at a time. Bit 0 is the highest bit of the first byte. From some tens
/// of KiB on, memory bandwidth is the limit, not instructions.
/// </summary>
public static class Bits
{
    /// <summary>Set bits.</summary>
    public static long Count(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        // Four sums, so that one count need not wait for the other.
        long a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            a += BitOperations.PopCount(words[i]);
            b += BitOperations.PopCount(words[i + 1]);
            c += BitOperations.PopCount(words[i + 2]);
            d += BitOperations.PopCount(words[i + 3]);
        }
        for (; i < words.Length; i++)
            a += BitOperations.PopCount(words[i]);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
            a += BitOperations.PopCount(rest);
        return a + b + c + d;
    }

    /// <summary>Set bits from one to another, both counted; they lie in the string.</summary>
    public static long Count(ReadOnlySpan<byte> bytes, long first, long last)
    {
        int firstByte = (int)(first >> 3), lastByte = (int)(last >> 3);
        long count = Count(bytes[firstByte..(lastByte + 1)]);
        count -= BitOperations.PopCount((uint)(bytes[firstByte] & ~(0xFF >> (int)(first & 7))));
        return count - BitOperations.PopCount((uint)(bytes[lastByte] & (0x7F >> (int)(last & 7))));
    }

    /// <summary>The first bit of this value from one to another, both looked at; they lie in the string. -1: there is none.</summary>
    public static long Find(ReadOnlySpan<byte> bytes, bool value, long first, long last)
    {
        int at = (int)(first >> 3), lastByte = (int)(last >> 3);
        byte none = (byte)(value ? 0 : 0xFF);
        // What lies before the first bit is made to be what is not sought.
        byte before = (byte)~(0xFF >> (int)(first & 7));
        byte head = (byte)(value ? bytes[at] & ~before : bytes[at] | before);
        if (head == none)
        {
            int skipped = bytes[(at + 1)..(lastByte + 1)].IndexOfAnyExcept(none);
            if (skipped < 0)
                return -1;
            at += 1 + skipped;
            head = bytes[at];
        }
        long found = ((long)at << 3) + BitOperations.LeadingZeroCount((uint)(byte)(value ? head : ~head)) - 24;
        return found <= last ? found : -1;
    }

    /// <summary>target = target op source, for the bytes of the shorter one.</summary>
    public static void Combine(BitOperation operation, ReadOnlySpan<byte> source, Span<byte> target)
    {
        int length = Math.Min(source.Length, target.Length);
        int i = 0;
        for (; i + Vector<byte>.Count <= length; i += Vector<byte>.Count)
        {
            Vector<byte> a = new(target[i..]), b = new(source[i..]);
            Vector<byte> combined = operation switch
            {
                BitOperation.And => a & b,
                BitOperation.Or => a | b,
                _ => a ^ b,
            };
            combined.CopyTo(target[i..]);
        }
        for (; i < length; i++)
        {
            target[i] = operation switch
            {
                BitOperation.And => (byte)(target[i] & source[i]),
                BitOperation.Or => (byte)(target[i] | source[i]),
                _ => (byte)(target[i] ^ source[i]),
            };
        }
    }

    /// <summary>target = ~target.</summary>
    public static void Invert(Span<byte> target)
    {
        int i = 0;
        for (; i + Vector<byte>.Count <= target.Length; i += Vector<byte>.Count)
            (~new Vector<byte>(target[i..])).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] = (byte)~target[i];
    }

    /// <summary>An unsigned integer of 1 to 64 bits, the highest first; bits beyond the string's end are 0.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, long offset, int width)
    {
        Span<byte> window = stackalloc byte[9];
        window.Clear();
        if (offset >> 3 < bytes.Length)
        {
            ReadOnlySpan<byte> from = bytes[(int)(offset >> 3)..];
            from[..Math.Min(from.Length, window.Length)].CopyTo(window);
        }
        int shift = (int)(offset & 7);
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(window);
        ulong value = shift == 0 ? high : (high << shift) | ((uint)window[8] >> (8 - shift));
        return value >> (64 - width);
    }

    /// <summary>Stores the lowest bits of an integer; they lie in the string.</summary>
    public static void Write(Span<byte> bytes, long offset, int width, ulong value)
    {
        Span<byte> target = bytes[(int)(offset >> 3)..];
        // The nine bytes that may be touched, as a number of 72 bits.
        int shift = 72 - (int)(offset & 7) - width;
        UInt128 mask = (UInt128)(ulong.MaxValue >> (64 - width)) << shift;
        UInt128 field = ((UInt128)value << shift) & mask;
        for (int i = 0; i < 9; i++)
        {
            byte touched = (byte)(mask >> (64 - (8 * i)));
            if (touched != 0)
                target[i] = (byte)((target[i] & ~touched) | (byte)(field >> (64 - (8 * i))));
        }
    }
}
