using Pkv.Persistence.Format;

namespace Pkv.Tests.Simulation;

/// <summary>Never flushes commit entries.</summary>
internal sealed unsafe class EntriesNotFlushed(SimulatedMedium medium) : BrokenMedium(medium)
{
    public override void Flush(byte* start, nuint bytes)
    {
        if (!Holds(start, bytes, RangeKind.Entries))
            base.Flush(start, bytes);
    }
}

/// <summary>Leaves out one flush of a record in eight.</summary>
internal sealed unsafe class SomeRecordsNotFlushed(SimulatedMedium medium) : BrokenMedium(medium)
{
    private int _count;

    public override void Flush(byte* start, nuint bytes)
    {
        if (!Holds(start, bytes, RangeKind.Records) || Interlocked.Increment(ref _count) % 8 != 0)
            base.Flush(start, bytes);
    }
}

/// <summary>Does not drain after commit entries: replies go out before anything is ordered.</summary>
internal sealed unsafe class BatchesNotDrained(SimulatedMedium medium) : BrokenMedium(medium)
{
    [ThreadStatic] private static bool s_wasEntries;

    public override void Flush(byte* start, nuint bytes)
    {
        s_wasEntries = Holds(start, bytes, RangeKind.Entries);
        base.Flush(start, bytes);
    }

    public override void Drain()
    {
        if (!s_wasEntries)
            base.Drain();
    }
}

/// <summary>Says that a sync succeeded, and did none.</summary>
internal sealed unsafe class NotSynced(SimulatedMedium medium) : BrokenMedium(medium)
{
    public override int Sync() => 0;
}

/// <summary>
/// Two persists in the wrong order: where a segment's header becomes a used one, what follows (its word in the directory)
/// is made durable first.
/// </summary>
internal sealed unsafe class HeaderAfterItsWord(SimulatedMedium medium) : BrokenMedium(medium)
{
    // Opening a segment is done under the pool's lock, but a batch may be drained meanwhile: one held flush a thread.
    [ThreadStatic] private static nint s_held;
    [ThreadStatic] private static int s_drains;

    public override void Flush(byte* start, nuint bytes)
    {
        if (Holds(start, bytes, RangeKind.Header) && ((SegmentHeader*)start)->Magic == SegmentHeader.MagicUsed && bytes == sizeof(ulong))
            (s_held, s_drains) = ((nint)start, 0);
        else
            base.Flush(start, bytes);
    }

    public override void Drain()
    {
        if (s_held != 0 && s_drains++ == 0)
            return;
        base.Drain();
        if (s_held == 0)
            return;
        base.Flush((byte*)s_held, sizeof(ulong));
        base.Drain();
        s_held = 0;
    }
}

/// <summary>
/// The log without transactions: as if recovery did not look whether a chain of entries is whole. The flags are taken out
/// of the entries as they are flushed, and their checksums made right.
/// </summary>
internal sealed unsafe class ChainsNotMarked(SimulatedMedium medium) : BrokenMedium(medium)
{
    private const EntryFlags Marks = EntryFlags.Continued | EntryFlags.Continuation | (EntryFlags)(31 << 3);

    public override void Flush(byte* start, nuint bytes)
    {
        for (byte* p = start; Holds(start, bytes, RangeKind.Entries) && p < start + bytes; p += CommitEntry.SizeBytes)
        {
            CommitEntry* entry = (CommitEntry*)p;
            byte* segment = Base + PoolHeader.SegmentsOffset + (p - Base - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes * PoolHeader.SlotBytes;
            entry->TimeAndFlags = CommitEntry.PackTimeAndFlags(entry->TimeMs, entry->Flags & ~Marks);
            uint crc = Crc32C.Append(((SegmentHeader*)segment)->Salt, segment + entry->Offset, entry->Length);
            entry->Checksum = CommitEntry.ComputeChecksum(crc, entry, (int)((segment + PoolHeader.SlotBytes - p) / CommitEntry.SizeBytes) - 1);
        }
        base.Flush(start, bytes);
    }
}
