using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Tests.Simulation;

/// <summary>
/// A simulated medium whose program makes a mistake: it passes on what is asked of it, but for what a subclass leaves out
/// or does in another order. What is not passed on is no event either.
/// </summary>
internal abstract unsafe class BrokenMedium(SimulatedMedium medium) : IMedium
{
    public MediumKind Kind => medium.Kind;
    public string Promise => medium.Promise;
    public byte* Base => medium.Base;
    public long MappedBytes => medium.MappedBytes;
    public long BackedBytes => medium.BackedBytes;
    public bool DrainIsDurable => medium.DrainIsDurable;
    public bool NeedsSyncBeforeReply => medium.NeedsSyncBeforeReply;
    public bool MustPopulate => false;

    public void Extend(long bytes) => medium.Extend(bytes);

    public bool Populate(byte* start, long bytes) => true;

    public virtual void Flush(byte* start, nuint bytes) => medium.Flush(start, bytes);

    public virtual void Drain() => medium.Drain();

    public virtual int Sync() => medium.Sync();

    public void Dispose()
    {
    }

    /// <summary>What a flushed range is, told by its place; records never come as close to a slot's end as here.</summary>
    protected enum RangeKind
    {
        Header,
        Records,
        Entries,
    }

    /// <summary>Whether this range of a slot holds that.</summary>
    protected bool Holds(byte* start, nuint bytes, RangeKind kind)
    {
        long at = start - Base - PoolHeader.SegmentsOffset, inSlot = at % PoolHeader.SlotBytes;
        RangeKind found = inSlot < SegmentHeader.SizeBytes ? RangeKind.Header
            : inSlot >= PoolHeader.SlotBytes - EntryBytes && bytes % CommitEntry.SizeBytes == 0 ? RangeKind.Entries
            : RangeKind.Records;
        return at >= 0 && found == kind;
    }

    private const int EntryBytes = 256 * 1024;
}
