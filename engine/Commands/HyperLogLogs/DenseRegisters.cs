using System.Buffers.Binary;
using System.Diagnostics;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// Registers of six bits each, the first one in the lowest bits of the first byte. Works on the bytes behind the header. Pure; any thread.
/// </summary>
internal static class DenseRegisters
{
    public const int Bits = 6;

    /// <summary>The most bytes that one register lies in.</summary>
    public const int SpanBytes = 2;

    private const int Mask = (1 << Bits) - 1;

    // Eight registers in six bytes.
    private const int GroupRegisters = 8, GroupBytes = 6;

    /// <summary>The first byte that a register lies in, and how many there are: one or two.</summary>
    public static int OffsetOf(int register, out int bytes)
    {
        int bit = register * Bits;
        bytes = (bit & 7) + Bits > 8 ? 2 : 1;
        return bit >> 3;
    }

    /// <summary>A register's value, from the bytes that begin at its own offset.</summary>
    public static byte Get(ReadOnlySpan<byte> window, int register)
    {
        int pair = window.Length > 1 ? window[0] | window[1] << 8 : window[0];
        return (byte)(pair >> (register * Bits & 7) & Mask);
    }

    /// <summary>Sets a register in the bytes that begin at its own offset.</summary>
    public static void Set(Span<byte> window, int register, byte value)
    {
        Debug.Assert(value <= Mask, "a register has six bits");
        int shift = register * Bits & 7;
        window[0] = (byte)(window[0] & ~(Mask << shift) | value << shift);
        if (shift + Bits > 8)
            window[1] = (byte)(window[1] & ~(Mask >> 8 - shift) | value >> 8 - shift);
    }

    /// <summary>Counts the registers of each value.</summary>
    public static void AddTo(ReadOnlySpan<byte> registers, Span<int> histogram)
    {
        for (int at = 0; at < registers.Length; at += GroupBytes)
        {
            ulong group = ReadGroup(registers, at);
            for (int i = 0; i < GroupRegisters; i++, group >>= Bits)
                histogram[(int)(group & Mask)]++;
        }
    }

    /// <summary>Raises each byte to the register's value, if that is larger.</summary>
    public static void MergeInto(ReadOnlySpan<byte> registers, Span<byte> largest)
    {
        int register = 0;
        for (int at = 0; at < registers.Length; at += GroupBytes)
        {
            ulong group = ReadGroup(registers, at);
            for (int i = 0; i < GroupRegisters; i++, group >>= Bits, register++)
                largest[register] = Math.Max(largest[register], (byte)(group & Mask));
        }
    }

    /// <summary>Writes all registers, one byte for each in the source.</summary>
    public static void WriteAll(ReadOnlySpan<byte> values, Span<byte> registers)
    {
        for (int at = 0, register = 0; at < registers.Length; at += GroupBytes)
        {
            ulong group = 0;
            for (int i = 0; i < GroupRegisters; i++, register++)
                group |= (ulong)values[register] << i * Bits;
            BinaryPrimitives.WriteUInt32LittleEndian(registers[at..], (uint)group);
            BinaryPrimitives.WriteUInt16LittleEndian(registers[(at + sizeof(uint))..], (ushort)(group >> 32));
        }
    }

    private static ulong ReadGroup(ReadOnlySpan<byte> registers, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(registers[at..]) | (ulong)BinaryPrimitives.ReadUInt16LittleEndian(registers[(at + sizeof(uint))..]) << 32;
}
