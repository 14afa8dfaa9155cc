using System.Runtime.InteropServices;

namespace Pkv.Persistence.Format;

/// <summary>
/// "Bytes [Offset, Offset + Length) of this segment are durable commands, numbered from Sequence." Little-endian, growing
/// down from the segment's end. docs/on-media-format.md draws it byte by byte.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct CommitEntry
{
    public const int SizeBytes = 32;

    /// <summary>Bytes of the entry that its checksum covers (all but the checksum itself).</summary>
    public const int ChecksummedBytes = 28;

    /// <summary>Bits of the time in <see cref="TimeAndFlags"/>; the flags are above it.</summary>
    public const int TimeBits = 48;

    /// <summary>Where the number of a transaction's piece begins in the flags.</summary>
    public const int PieceShift = 3;

    /// <summary>Bits of that number, which counts modulo 2 to this power.</summary>
    public const int PieceBits = 5;

    /// <summary>Where the writer's number begins in the flags.</summary>
    public const int WriterShift = 8;

    /// <summary>Bits of the writer's number.</summary>
    public const int WriterBits = 7;

    /// <summary>At least one of these is set in each entry of a transaction that has several entries.</summary>
    public const EntryFlags Chained = EntryFlags.Continued | EntryFlags.Continuation;

    /// <summary>From the segment's first byte.</summary>
    [FieldOffset(0)] public uint Offset;

    /// <summary>In bytes; 0: nothing to replay.</summary>
    [FieldOffset(4)] public uint Length;

    /// <summary>Lamport number of the first command in the range; the following ones count up by one.</summary>
    [FieldOffset(8)] public ulong Sequence;

    /// <summary>Bits 0–47: Unix time in ms by which relative expiries replay. Bits 48–63: <see cref="EntryFlags"/>.</summary>
    [FieldOffset(16)] public ulong TimeAndFlags;

    /// <summary>The database selected where the range begins.</summary>
    [FieldOffset(24)] public ushort Database;

    /// <summary>
    /// How many entries of this segment were known durable when this one was written (65535: that or more).
    /// An invalid entry below this count is damage; one above it is a torn tail.
    /// </summary>
    [FieldOffset(26)] public ushort DurableBefore;

    /// <summary>
    /// CRC-32C, seeded by the segment's salt, over the range's bytes and then bytes 0–27 of the entry; that XOR the entry's
    /// index, so that an entry written to the wrong place is invalid there.
    /// </summary>
    [FieldOffset(28)] public uint Checksum;

    private const ulong TimeMask = (1UL << TimeBits) - 1;

    public readonly long TimeMs => (long)(TimeAndFlags & TimeMask);

    public readonly EntryFlags Flags => (EntryFlags)(TimeAndFlags >> TimeBits);

    /// <summary>The checksum of an entry.</summary>
    /// <param name="crc">Over the range, from the segment's salt on.</param>
    /// <param name="entry">Its checksummed bytes must be final.</param>
    /// <param name="index">Its place in the segment.</param>
    public static unsafe uint ComputeChecksum(uint crc, CommitEntry* entry, int index) =>
        Crc32C.Append(crc, (byte*)entry, ChecksummedBytes) ^ (uint)index;

    public static ulong PackTimeAndFlags(long timeMs, EntryFlags flags) => (ulong)timeMs & TimeMask | (ulong)flags << TimeBits;
}

/// <summary>
/// Properties of the commands in an entry's range. Further bits hold the number of a transaction's piece (<see
/// cref="CommitEntry.PieceShift"/>) and the writer (<see cref="CommitEntry.WriterShift"/>), whose sequence numbers rise
/// strictly.
/// </summary>
[Flags]
public enum EntryFlags : ushort
{
    None = 0,

    /// <summary>The range touches whole databases (FLUSHALL, FLUSHDB, SWAPDB): replay treats it as a barrier.</summary>
    Global = 1,

    /// <summary>The transaction continues in this writer's next entry; without that entry it never happened.</summary>
    Continued = 2,

    /// <summary>This entry continues the transaction of this writer's previous entry.</summary>
    Continuation = 4,

    /// <summary>The cleaner appended the range again, so it contains nothing new. Replayed like any other.</summary>
    Moved = 1 << 15,
}
