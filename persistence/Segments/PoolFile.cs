using System.Security.Cryptography;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>Creates and validates the pool header. Files that are not pools are refused here, with a specific message.</summary>
internal static unsafe class PoolFile
{
    /// <summary>The smallest pool: header and four slots.</summary>
    public const long MinBytes = PoolHeader.SegmentsOffset + 4L * PoolHeader.SlotBytes;

    /// <summary>Bytes of a pool with this many slots.</summary>
    public static long BytesFor(uint slots) => PoolHeader.SegmentsOffset + (long)slots * PoolHeader.SlotBytes;

    /// <summary>Opens the header, or makes one where the medium is blank. Returns the slots that the pool holds.</summary>
    public static uint OpenOrCreate(IMedium medium, long maxBytes, out bool created)
    {
        if (maxBytes < MinBytes)
            throw new MediumException($"the pool size {maxBytes} is too small: at least {MinBytes} bytes are needed");
        PoolHeader* header = (PoolHeader*)medium.Base;
        medium.Load(medium.Base, PoolHeader.SegmentsOffset);
        created = IsBlank(medium);
        // A header without slots is a pool whose creation was interrupted after the header: complete it.
        if (!created && Validate(medium, header, maxBytes) is var found and not 0)
            return found;
        uint slots = (uint)((Math.Max(MinBytes, medium.Kind == MediumKind.Dax ? medium.MappedBytes : 0) - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
        medium.Extend(BytesFor(slots));
        if (!medium.Populate(medium.Base, Environment.SystemPageSize))
            throw new MediumException("not enough memory for the new pool's header");
        if (created)
            Create(medium, header);
        created = true;
        new SegmentDirectory(medium).Begin(0, (int)slots, generation: 0);
        Sync(medium);
        SetSlots(medium, slots);
        return slots;
    }

    /// <summary>Publishes a new slot count: one 8-byte store that carries its own check.</summary>
    public static void SetSlots(IMedium medium, uint slots)
    {
        PoolHeader* header = (PoolHeader*)medium.Base;
        Volatile.Write(ref header->SlotsAndCheck, PoolHeader.PackSlots(slots));
        Persist(medium, (byte*)&header->SlotsAndCheck, sizeof(ulong));
    }

    /// <summary>
    /// Gives a pool of an older format that was recovered this build's version, before a record is logged that only this one knows. Who
    /// calls it syncs.
    /// </summary>
    public static void Upgrade(IMedium medium)
    {
        PoolHeader* header = (PoolHeader*)medium.Base;
        PoolHeader upgraded = *header;
        upgraded.Version = PoolHeader.CurrentVersion;
        upgraded.Checksum = PoolHeader.ComputeChecksum(&upgraded);
        if (header->Version == upgraded.Version && header->Checksum == upgraded.Checksum)
            return;
        // Either order will do: see PoolHeader.HasSoundChecksum.
        header->Version = upgraded.Version;
        header->Checksum = upgraded.Checksum;
        Persist(medium, (byte*)header, (nuint)sizeof(PoolHeader));
    }

    /// <summary>Slots that the header counts.</summary>
    public static long PublishedSlots(IMedium medium) =>
        PoolHeader.TryUnpackSlots(((PoolHeader*)medium.Base)->SlotsAndCheck, out uint slots) ? slots : long.MaxValue;

    public static void Persist(IMedium medium, byte* start, nuint bytes)
    {
        medium.Flush(start, bytes);
        medium.Drain();
    }

    // Blank is a file of zeros where a pool's header and its segments' headers would be. The first 128 bytes may hold a
    // header without a magic: an earlier start was interrupted while it created the pool. Anything else that
    // begins with zeros (a disk image, a pool whose first sector was lost) must not be overwritten.
    private static bool IsBlank(IMedium medium)
    {
        if (medium.BackedBytes == 0)
            return true;
        if (medium.BackedBytes < sizeof(PoolHeader) || ((PoolHeader*)medium.Base)->Magic != 0)
            return false;
        int head = (int)Math.Min(medium.BackedBytes, PoolHeader.SegmentsOffset);
        if (new ReadOnlySpan<byte>(medium.Base, head)[sizeof(PoolHeader)..].IndexOfAnyExcept((byte)0) >= 0)
            return false;
        for (long at = PoolHeader.SegmentsOffset; at + SegmentHeader.SizeBytes <= medium.BackedBytes; at += PoolHeader.SlotBytes)
        {
            medium.Load(medium.Base + at, SegmentHeader.SizeBytes);
            if (new ReadOnlySpan<byte>(medium.Base + at, SegmentHeader.SizeBytes).IndexOfAnyExcept((byte)0) >= 0)
                return false;
        }
        return true;
    }

    private static void Create(IMedium medium, PoolHeader* header)
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        *header = default;
        header->Version = PoolHeader.CurrentVersion;
        header->Slot = PoolHeader.SlotBytes;
        header->PoolIdLow = BitConverter.ToUInt64(id) | 1;
        header->PoolIdHigh = BitConverter.ToUInt64(id[8..]);
        header->CreatedMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        header->SlotsAndCheck = PoolHeader.PackSlots(0);
        header->Magic = PoolHeader.MagicValue;
        header->Checksum = PoolHeader.ComputeChecksum(header);
        // The magic goes last: until it is durable the pool is blank, and creation is simply repeated.
        header->Magic = 0;
        Persist(medium, (byte*)header, (nuint)sizeof(PoolHeader));
        Volatile.Write(ref header->Magic, PoolHeader.MagicValue);
        Persist(medium, (byte*)header, (nuint)sizeof(PoolHeader));
        Sync(medium);
    }

    private static void Sync(IMedium medium)
    {
        int error = medium.Sync();
        if (error != 0)
            throw new MediumException($"cannot write the new pool's header (errno {error})");
    }

    private static uint Validate(IMedium medium, PoolHeader* header, long maxBytes)
    {
        if (medium.BackedBytes < sizeof(PoolHeader) || header->Magic != PoolHeader.MagicValue)
            throw new MediumException("the file is not a Pkv pool (its first bytes are not PKVPOOL1)");
        if (!PoolHeader.IsRead(header->Version))
            throw new MediumException($"the pool has format version {header->Version}; this server reads versions {PoolHeader.OldestVersion} to {PoolHeader.CurrentVersion}");
        if (!PoolHeader.HasSoundChecksum(header))
            throw new MediumException("the pool's header is damaged (bytes 0-43: checksum mismatch)");
        if (header->Slot != PoolHeader.SlotBytes)
            throw new MediumException($"the pool has slots of {header->Slot} bytes; this server uses {PoolHeader.SlotBytes}");
        if (!PoolHeader.TryUnpackSlots(header->SlotsAndCheck, out uint slots))
            throw new MediumException("the pool's header is damaged (bytes 64-71: slot count mismatch)");
        long expected = BytesFor(slots);
        if (medium.BackedBytes < expected)
            throw new MediumException($"the pool is truncated: {expected} bytes expected, {medium.BackedBytes} found");
        if (expected > maxBytes && medium.Kind != MediumKind.Dax)
            throw new MediumException($"the pool holds {expected} bytes, more than the pool size {maxBytes}; give a larger --pool-size");
        // Slots that were added last may not be in the header yet: see Pool.PublishSlots.
        long backed = (medium.BackedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes;
        return medium.DrainIsDurable ? slots : (uint)Math.Max(slots, Math.Min(backed, (maxBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes));
    }
}
