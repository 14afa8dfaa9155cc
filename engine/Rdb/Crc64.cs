using System.Runtime.InteropServices;

namespace Pkv.Engine.Rdb;

/// <summary>
/// CRC-64 at the end of RDB files: Jones's polynomial 0xAD93D23594C935A9, reflected, initial register 0, no final
/// inversion. Eight bytes per step, with eight tables.
/// </summary>
public static class Crc64
{
    private const ulong ReflectedPolynomial = 0x95AC9329AC4BC9B5;

    private static readonly ulong[] Tables = Build();

    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> t = Tables;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            ulong x = crc ^ word;
            crc = t[7 * 256 + (byte)x] ^ t[6 * 256 + (byte)(x >> 8)] ^ t[5 * 256 + (byte)(x >> 16)] ^ t[4 * 256 + (byte)(x >> 24)]
                ^ t[3 * 256 + (byte)(x >> 32)] ^ t[2 * 256 + (byte)(x >> 40)] ^ t[256 + (byte)(x >> 48)] ^ t[(byte)(x >> 56)];
        }
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..])
            crc = t[(byte)(crc ^ b)] ^ crc >> 8;
        return crc;
    }

    private static ulong[] Build()
    {
        ulong[] tables = new ulong[8 * 256];
        for (int i = 0; i < 256; i++)
        {
            ulong crc = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ ReflectedPolynomial : crc >> 1;
            tables[i] = crc;
        }
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ tables[i - 256] >> 8;
        return tables;
    }
}
