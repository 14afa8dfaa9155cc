using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// The segments that one thread appends to, one open at a time. A thread has one for data received in place and one for
/// records that the server writes itself. Owner thread only.
/// </summary>
/// <param name="pool">Whose segments.</param>
/// <param name="keepsSpare">Keeps a second segment open where there are slots enough, for what does not fit the first.</param>
public sealed unsafe class AppendLog(Pool pool, bool keepsSpare = true)
{
    /// <summary>With fewer slots for each thread, a spare takes more than it saves.</summary>
    public const int SlotsPerThreadForSpare = 32;

    private readonly bool _keepsSpare = keepsSpare && KeepsSpareIn(pool);
    private readonly SlotClaims _claims = new(pool);
    private long _preparedBytes;
    private Segment? _spare;

    /// <summary>Whether logs in this pool keep a second segment open, for what does not fit the first.</summary>
    public static bool KeepsSpareIn(Pool pool) => pool.MaxSlots >= SlotsPerThreadForSpare * (pool.Epochs.Threads - 1);

    /// <summary>The open segment; null before the first use and while the pool is full.</summary>
    public Segment? Current { get; private set; }

    /// <summary>Slots that the last <see cref="TryReserve"/> (adjacent ones) or <see cref="TryPrepare"/> did not get; 0: it got what it needed.</summary>
    public long RefusedSlots { get; private set; }

    /// <summary>Bytes that can be appended without another slot.</summary>
    public long Room => Current?.FreeBytes ?? 0;

    /// <summary>
    /// Makes sure that the open segment has <paramref name="bytes"/> free, opening another one if not. Returns
    /// false when the pool is full; the open segment then stays as it is.
    /// </summary>
    public bool TryReserve(long bytes, AppendPurpose purpose = AppendPurpose.Write)
    {
        Debug.Assert(bytes >= 0, "a record has a length");
        Debug.Assert(Current is null || (Current.State == SegmentState.Open && Current != _spare), "what is appended to is open");
        if (IsPrepared)
            Count(bytes);
        else if (!pool.Medium.CanStore)
            return false;
        if (Current is not null && Current.FreeBytes >= bytes && Current.HasEntryRoom)
            return true;
        Segment? opened = _claims.Count == 0 ? null : _claims.TryOpen(bytes);
        if (opened is null && _spare is not null && _spare.FreeBytes >= bytes && _spare.HasEntryRoom)
        {
            Debug.Assert(_spare.State == SegmentState.Open, "a spare stays open");
            (Current, _spare) = (_spare, Current);
            return true;
        }
        opened ??= pool.TryOpen(bytes, purpose);
        RefusedSlots = opened is null ? Segment.SlotsFor(bytes) : 0;
        Debug.Assert(opened is null || (opened.State == SegmentState.Open && opened.FreeBytes >= bytes && opened.EntryCount == 0), "a segment is opened empty, with the room that was asked for");
        if (opened is null)
            return purpose == AppendPurpose.Flush && Current is not null && Current.HasMarginFor(bytes);
        // The one with more room left is kept as a spare, so that one large record does not waste a segment.
        if (_keepsSpare && (_spare is null || (Current is not null && Current.FreeBytes > _spare.FreeBytes)))
            (_spare, Current) = (Current, _spare);
        if (Current is not null)
            pool.Seal(Current);
        Current = opened;
        return true;
    }

    /// <summary>Appending into space that was prepared: see <see cref="TryPrepare"/>.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>How often more was appended than had been prepared: not 0 if a plan was too small.</summary>
    public long Overruns { get; private set; }

    /// <summary>
    /// Makes sure that everything in the plan, which began with <see cref="Room"/>, can be appended, until
    /// <see cref="EndPrepared"/>. False: there is no room for all of it, and nothing was taken. May be called again in between for a part
    /// of what was prepared, which takes nothing more.
    /// </summary>
    public bool TryPrepare(AppendPlan plan, AppendPurpose purpose)
    {
        Debug.Assert(plan.Slots >= plan.Runs.Count && plan.Bytes >= 0, "a plan counts what stands in it");
        int held = _claims.Count;
        bool done = (pool.Medium.CanStore || IsPrepared)
            && (plan.Slots == 0 || (!plan.IsImpossible && _claims.TryCover(plan.Singles, plan.Runs, purpose)));
        if (IsPrepared)
            Overruns += !done || _claims.Count != held ? 1 : 0;
        else if (done)
            _preparedBytes = plan.Bytes;
        IsPrepared |= done;
        RefusedSlots = done ? 0 : plan.IsImpossible ? long.MaxValue : plan.Slots;
        return done;
    }

    /// <summary>The prepared records are written or will not be: returns the space that is left.</summary>
    public void EndPrepared()
    {
        Debug.Assert(IsPrepared || _claims.Count == 0, "slots are held only for what is prepared");
        IsPrepared = false;
        if (_claims.Count != 0)
            _claims.Release();
    }

    /// <summary>Continues in a segment that recovery has reopened. False: one is already open, and no spare is kept.</summary>
    public bool TryAdopt(Segment segment)
    {
        Debug.Assert(segment.State == SegmentState.Open && segment.CommittedEntries == segment.EntryCount, "a recovery has reopened it, with all its entries");
        if (Current is null)
            Current = segment;
        else if (_keepsSpare && _spare is null)
            _spare = segment;
        else
            return false;
        return true;
    }

    /// <summary>
    /// Writes the number of durable entries to the headers of the open segments, as a seal does: a piece of a transaction at the end of one is
    /// then attested, and segments with the other pieces may be freed. Between turns of the owner only.
    /// </summary>
    public void AttestOpen()
    {
        AttestOpen(Current);
        AttestOpen(_spare);
    }

    /// <summary>Where the next record goes.</summary>
    public byte* Tail => Current!.Base + Current.Tail;

    /// <summary>
    /// Seals open segments that are more than half full, so that they can be freed: after FLUSHALL, when everything in them is dead. Between turns
    /// of the owner only: nothing is being received into the open tail.
    /// </summary>
    public void SealFilled() => SealWhere(static s => s.FreeBytes < s.Bytes / 2);

    /// <summary>Seals open segments up to this generation, so that they can be cleaned. Between turns of the owner only.</summary>
    public void SealUpTo(ulong generation) => SealWhere(s => s.Generation <= generation);

    /// <summary>Seals this segment if it is one of those open here. Between turns of the owner only.</summary>
    public void Seal(Segment segment) => SealWhere(s => s == segment);

    /// <summary>
    /// A command that was being received has been dropped. An open segment in which nothing was kept starts over; one of several
    /// slots is sealed if more than half of it is free, so that its slots can be used by others. Between turns of the owner only.
    /// </summary>
    public void ReleaseEmptied()
    {
        Rewind(Current);
        Rewind(_spare);
        SealWhere(static s => s.Slots > 1 && s.Reservations == 0 && s.FreeBytes > s.Bytes / 2);
    }

    private static void Rewind(Segment? segment)
    {
        if (segment is { EntryCount: 0, PromisedEntries: 0, Reservations: 0 })
            segment.Tail = SegmentHeader.SizeBytes;
    }

    /// <summary>Seals the open segments.</summary>
    public void Close() => SealWhere(static _ => true);

    /// <summary>Seals the open segments at shutdown, except copies of an unfinished victim, which the next recovery cuts.</summary>
    public void CloseSettled() => SealWhere(static s => !s.HasOpenRun);

    private void Count(long bytes)
    {
        _preparedBytes -= bytes + CommitEntry.SizeBytes;
        Overruns += _preparedBytes < 0 ? 1 : 0;
    }

    private void AttestOpen(Segment? segment)
    {
        if (segment is not null && pool.Medium.CanStore && segment.DurableEntries >= segment.ChainedEntries
            && segment.ChainedEntries > Math.Max(segment.AttestedEntries, segment.SealedEntries))
            SegmentHeaders.WriteSealed(pool.Medium, segment);
    }

    private void SealWhere(Predicate<Segment> isMeant)
    {
        Current = SealIf(Current, isMeant);
        _spare = SealIf(_spare, isMeant);
    }

    // What stays open.
    private Segment? SealIf(Segment? segment, Predicate<Segment> isMeant)
    {
        if (segment is null || !isMeant(segment))
            return segment;
        Debug.Assert(segment.State == SegmentState.Open, "who has a segment open seals it");
        pool.Seal(segment);
        return null;
    }
}
