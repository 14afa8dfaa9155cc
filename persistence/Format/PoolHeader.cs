using System.Runtime.InteropServices;

namespace Pkv.Persistence.Format;

/// <summary>
/// The first bytes of a pool. Written once at creation, except <see cref="SlotsAndCheck"/>, which grows by 8-byte stores,
/// and version and checksum, which change when a newer release upgrades the pool.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct PoolHeader
{
    public const int SizeBytes = 128;

    /// <summary>The checksum covers the bytes up to here.</summary>
    public const int ChecksummedBytes = 40;

    /// <summary>"PKVPOOL1".</summary>
    public const ulong MagicValue = 0x314C4F4F50564B50;

    /// <summary>The format this build writes. Changing any persisted number needs a new one.</summary>
    public const uint CurrentVersion = 5;

    /// <summary>The oldest format that this build reads. A pool of it becomes one of <see cref="CurrentVersion"/> once it is recovered.</summary>
    public const uint OldestVersion = 3;

    /// <summary>Where the segment directory begins: a <see cref="DirectoryWord"/> for each slot, up to the first segment.</summary>
    public const long DirectoryOffset = 4096;

    /// <summary>Where the first segment begins: 2 MiB, so that segments are aligned to huge pages.</summary>
    public const long SegmentsOffset = 2 << 20;

    /// <summary>Bytes of one slot. Values above it take several adjacent slots.</summary>
    public const int SlotBytes = 4 << 20;

    [FieldOffset(0)] public ulong Magic;
    [FieldOffset(8)] public uint Version;

    /// <summary>Bytes of one slot, as the pool was made.</summary>
    [FieldOffset(12)] public uint Slot;

    [FieldOffset(16)] public ulong PoolIdLow;
    [FieldOffset(24)] public ulong PoolIdHigh;

    /// <summary>Unix time in ms.</summary>
    [FieldOffset(32)] public long CreatedMs;

    /// <summary>CRC-32C (seed 0) of bytes 0–39.</summary>
    [FieldOffset(40)] public uint Checksum;

    /// <summary>Low half: slots that the pool's file backs; high half: their bitwise complement.</summary>
    [FieldOffset(64)] public ulong SlotsAndCheck;

    public static unsafe uint ComputeChecksum(PoolHeader* header) => Crc32C.Append(0, (byte*)header, ChecksummedBytes);

    /// <summary>Whether this build reads a format.</summary>
    public static bool IsRead(uint version) => version is >= OldestVersion and <= CurrentVersion;

    /// <summary>
    /// Whether the checksum is correct, for the version in the header or another one that this build reads: a crash while the pool
    /// was being upgraded may leave one version with the checksum of the other.
    /// </summary>
    public static unsafe bool HasSoundChecksum(PoolHeader* header)
    {
        PoolHeader held = *header;
        if (ComputeChecksum(&held) == header->Checksum)
            return true;
        for (held.Version = OldestVersion; IsRead(header->Version) && held.Version <= CurrentVersion; held.Version++)
        {
            if (ComputeChecksum(&held) == header->Checksum)
                return true;
        }
        return false;
    }

    public static ulong PackSlots(uint slots) => slots | (ulong)~slots << 32;

    public static bool TryUnpackSlots(ulong packed, out uint slots)
    {
        slots = (uint)packed;
        return (uint)(packed >> 32) == ~slots;
    }
}
