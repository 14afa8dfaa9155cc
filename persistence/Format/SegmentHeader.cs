using System.Runtime.InteropServices;

namespace Pkv.Persistence.Format;

/// <summary>
/// The first bytes of a segment, one cache line. After a segment is opened only <see cref="Magic"/> and <see
/// cref="SealedEntries"/> change, each by one 8-byte store, so a crash cannot leave a header half changed.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SegmentHeader
{
    public const int SizeBytes = 64;

    /// <summary>The checksum leaves out the magic, which changes alone.</summary>
    public const int ChecksumStart = 8;

    public const int ChecksummedBytes = 32;

    /// <summary>"PKVSEGM1": holds records.</summary>
    public const ulong MagicUsed = 0x314D474553564B50;

    /// <summary>"PKVFREE1": free (so is a header of zeros).</summary>
    public const ulong MagicFree = 0x3145455246564B50;

    /// <summary>"PKVDEAD1": being freed; its length still covers the slots behind it.</summary>
    public const ulong MagicDead = 0x3144414544564B50;

    [FieldOffset(0)] public ulong Magic;

    /// <summary>Low half of the pool's id. Kept secret, so that no stored value can forge a header.</summary>
    [FieldOffset(8)] public ulong PoolId;

    /// <summary>This slot's number in the pool, from 0.</summary>
    [FieldOffset(16)] public uint Index;

    /// <summary>Adjacent slots that this segment takes; 1 but for values larger than a slot.</summary>
    [FieldOffset(20)] public uint Slots;

    /// <summary>Counts the segments opened in this pool's life.</summary>
    [FieldOffset(24)] public ulong Generation;

    /// <summary>Random for each opening; seeds the checksums of entries, so that those of an earlier life never validate.</summary>
    [FieldOffset(32)] public uint Salt;

    /// <summary>Format version of the segment's records and entries.</summary>
    [FieldOffset(36)] public uint Version;

    /// <summary>CRC-32C (seed 0) of bytes 8–39.</summary>
    [FieldOffset(40)] public uint Checksum;

    [FieldOffset(44)] public uint Reserved;

    /// <summary>
    /// Low half: entries known durable when the segment was sealed; high half: their complement. Zero: not sealed.
    /// Tells damage of the last entries from a torn tail.
    /// </summary>
    [FieldOffset(48)] public ulong SealedEntries;

    /// <summary>The checksum that bytes 8–39 should carry.</summary>
    public static unsafe uint ComputeChecksum(SegmentHeader* header) => Crc32C.Append(0, (byte*)header + ChecksumStart, ChecksummedBytes);
}
