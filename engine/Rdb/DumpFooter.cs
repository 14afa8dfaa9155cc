using System.Buffers.Binary;

namespace Pkv.Engine.Rdb;

/// <summary>
/// The end of a DUMP payload: the version of the format (2 bytes) and the CRC-64 of everything before (8 bytes),
/// little-endian.
/// </summary>
public static class DumpFooter
{
    /// <summary>The version of Redis 7.0.</summary>
    public const ushort Version = 10;

    public const int Bytes = sizeof(ushort) + sizeof(ulong);

    /// <summary>Whether the payload ends with a footer of a version that is known here and of the right sum.</summary>
    public static bool IsValid(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Bytes || BinaryPrimitives.ReadUInt16LittleEndian(payload[^Bytes..]) > Version)
            return false;
        ReadOnlySpan<byte> summed = payload[..^sizeof(ulong)];
        return BinaryPrimitives.ReadUInt64LittleEndian(payload[summed.Length..]) == Crc64.Append(0, summed);
    }

    /// <summary>Ends a payload.</summary>
    public static void Append(RdbOutput payload)
    {
        Span<byte> footer = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt16LittleEndian(footer, Version);
        payload.Append(footer[..sizeof(ushort)]);
        BinaryPrimitives.WriteUInt64LittleEndian(footer, Crc64.Append(0, payload.Written));
        payload.Append(footer);
    }
}
