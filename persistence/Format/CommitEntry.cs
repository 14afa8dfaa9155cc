using System.Runtime.InteropServices;

namespace Pkv.Persistence.Format;

/// <summary>
/// "Bytes [Offset, Offset + Length) of this segment are durable commands, numbered from Sequence." 32 bytes,
/// little-endian, growing down from the segment's end. Drawn byte by byte in docs/on-media-format.md.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct CommitEntry
{
    public const int SizeBytes = 32;

    /// <summary>Bytes of the entry that its checksum covers (all but the checksum itself).</summary>
    public const int ChecksummedBytes = 28;

    /// <summary>What an entry carries that is a piece of a transaction of several, one of these or both.</summary>
    public const EntryFlags Chained = EntryFlags.Continued | EntryFlags.Continuation;

    /// <summary>From the segment's first byte.</summary>
    [FieldOffset(0)] public uint Offset;

    /// <summary>In bytes; at least 1.</summary>
    [FieldOffset(4)] public uint Length;

    /// <summary>Lamport number of the first command in the range; the following ones count up by one.</summary>
    [FieldOffset(8)] public ulong Sequence;

    /// <summary>Bits 0–47: Unix time in ms by which relative expiries replay. Bits 48–63: <see cref="EntryFlags"/>.</summary>
    [FieldOffset(16)] public ulong TimeAndFlags;

    /// <summary>The database selected where the range begins.</summary>
    [FieldOffset(24)] public ushort Database;

    /// <summary>
    /// How many entries of this segment were known durable when this one was written (65535: that or more).
    /// What separates damage (an invalid entry below this count) from a torn tail (one above it).
    /// </summary>
    [FieldOffset(26)] public ushort DurableBefore;

    /// <summary>
    /// CRC-32C, seeded by the segment's salt, over the range's bytes and then bytes 0–27 of the entry; that XOR the entry's
    /// index, so that an entry that was written to another's place is not taken for it.
    /// </summary>
    [FieldOffset(28)] public uint Checksum;

    public readonly long TimeMs => (long)(TimeAndFlags & 0xFFFF_FFFF_FFFF);

    public readonly EntryFlags Flags => (EntryFlags)(TimeAndFlags >> 48);

    /// <summary>The checksum of an entry.</summary>
    /// <param name="crc">Over the range, from the segment's salt on.</param>
    /// <param name="entry">Whose first 28 bytes are as they will stay.</param>
    /// <param name="index">Its place in the segment.</param>
    public static unsafe uint ComputeChecksum(uint crc, CommitEntry* entry, int index) =>
        Crc32C.Append(crc, (byte*)entry, ChecksummedBytes) ^ (uint)index;

    public static ulong PackTimeAndFlags(long timeMs, EntryFlags flags) => (ulong)timeMs & 0xFFFF_FFFF_FFFF | (ulong)flags << 48;
}

/// <summary>
/// Properties of the commands in an entry's range. Bits 3–7 number the pieces of a transaction (modulo 32);
/// bits 8–14 name the writer, whose sequence numbers strictly rise.
/// </summary>
[Flags]
public enum EntryFlags : ushort
{
    None = 0,

    /// <summary>The range touches whole databases (FLUSHALL, FLUSHDB, SWAPDB): replay treats it as a barrier.</summary>
    Global = 1,

    /// <summary>A transaction goes on in this writer's next entry; without that entry it never happened.</summary>
    Continued = 2,

    /// <summary>This entry goes on with the transaction of this writer's entry before.</summary>
    Continuation = 4,

    /// <summary>The cleaner appended the range again: nothing in it is news. Replayed like any other.</summary>
    Moved = 1 << 15,
}
