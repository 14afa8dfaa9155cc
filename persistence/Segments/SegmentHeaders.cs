using System.Diagnostics;
using System.Security.Cryptography;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// Writes segment headers such that recovery can identify every crash state. The rest of the header is durable before the
/// magic that declares it valid; the magic is one 8-byte store.
/// </summary>
internal static unsafe class SegmentHeaders
{
    /// <summary>Makes an empty segment of slots that nothing holds.</summary>
    public static Segment Format(Pool pool, int first, int slots, ulong generation)
    {
        uint salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        Debug.Assert(generation > 0, "segments are numbered from 1");
        Segment segment = new(first, slots, pool.SlotBase(first), salt, generation);
        WriteInnerFree(pool.Medium, segment);
        WriteUsed(pool.Medium, pool.PoolId, segment);
        if (pool.Medium.DrainIsDurable)
            pool.Directory.Confirm(segment, isSealed: false);
        return segment;
    }

    public static void WriteUsed(IMedium medium, ulong poolId, Segment segment)
    {
        SegmentHeader* header = (SegmentHeader*)segment.Base;
        // Free first: a slot whose old header is intact must not attest half of the new one.
        SetMagic(medium, header, SegmentHeader.MagicFree);
        header->PoolId = poolId;
        header->Index = (uint)segment.Slot;
        header->Slots = (uint)segment.Slots;
        header->Generation = segment.Generation;
        header->Salt = segment.Salt;
        header->Version = PoolHeader.CurrentVersion;
        header->Reserved = 0;
        header->SealedEntries = 0;
        header->Checksum = SegmentHeader.ComputeChecksum(header);
        PoolFile.Persist(medium, (byte*)header, SegmentHeader.SizeBytes);
        SetMagic(medium, header, SegmentHeader.MagicUsed);
    }

    /// <summary>Notes how many entries are durable as the segment is sealed.</summary>
    public static void WriteSealed(IMedium medium, Segment segment)
    {
        SegmentHeader* header = (SegmentHeader*)segment.Base;
        int entries = segment.DurableEntries;
        Debug.Assert(segment.State != SegmentState.Free, "the header of a free slot is no more about this segment");
        Debug.Assert(entries <= segment.EntryCount, "a header tells of no more entries than were written");
        Volatile.Write(ref header->SealedEntries, PoolHeader.PackSlots((uint)entries));
        PoolFile.Persist(medium, (byte*)&header->SealedEntries, sizeof(ulong));
        segment.SealedEntries = entries;
        if (medium.DrainIsDurable)
            segment.Attest(entries);
    }

    public static void WriteFree(IMedium medium, byte* slot) =>
        SetMagic(medium, (SegmentHeader*)slot, SegmentHeader.MagicFree);

    /// <summary>
    /// Frees a segment. Bytes of records at the beginning of its inner slots stay: the directory says that no segment is
    /// there. Only where it does not reach, the segment is marked dead first: until the inner slots carry headers of
    /// their own, its header still says that they are not to be looked at.
    /// </summary>
    public static void WriteFreed(IMedium medium, Segment segment)
    {
        SegmentHeader* header = (SegmentHeader*)segment.Base;
        Debug.Assert(segment.PromisedEntries == 0 && segment.Reservations == 0, "nothing is on its way into a segment that is freed");
        if (segment.Slot + segment.Slots > Math.Max(segment.Slot + 1, SegmentDirectory.Reach))
        {
            SetMagic(medium, header, SegmentHeader.MagicDead);
            WriteInnerFree(medium, segment);
        }
        SetMagic(medium, header, SegmentHeader.MagicFree);
    }

    /// <summary>Headers left in inner slots from an earlier life must not be found again, where no directory says that they are old.</summary>
    public static void WriteInnerFree(IMedium medium, Segment segment)
    {
        for (int i = 1; i < segment.Slots; i++)
        {
            if (segment.Slot + i >= SegmentDirectory.Reach)
                WriteFree(medium, segment.Base + (long)i * PoolHeader.SlotBytes);
        }
    }

    /// <summary>The header is that of a segment, whatever its magic says: a salvage corrects it.</summary>
    public static void WriteMagicUsed(IMedium medium, SegmentHeader* header) => SetMagic(medium, header, SegmentHeader.MagicUsed);

    /// <summary>The seal is invalid: it is removed until the segment is sealed again.</summary>
    public static void WriteUnsealed(IMedium medium, Segment segment)
    {
        SegmentHeader* header = (SegmentHeader*)segment.Base;
        segment.SealedEntries = 0;
        Volatile.Write(ref header->SealedEntries, 0);
        PoolFile.Persist(medium, (byte*)&header->SealedEntries, sizeof(ulong));
    }

    private static void SetMagic(IMedium medium, SegmentHeader* header, ulong magic)
    {
        Volatile.Write(ref header->Magic, magic);
        PoolFile.Persist(medium, (byte*)header, sizeof(ulong));
    }
}
