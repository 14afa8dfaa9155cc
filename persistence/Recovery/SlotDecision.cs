using Pkv.Persistence.Format;

namespace Pkv.Persistence.Recovery;

/// <summary>How recovery treats a slot.</summary>
internal enum SlotOutcome
{
    /// <summary>Nothing in it counts; it may be used.</summary>
    Free,

    /// <summary>A segment begins here: its entries are scanned.</summary>
    Segment,

    /// <summary>The server stopped while it freed the segment: that is finished.</summary>
    BeingFreed,
}

/// <summary>What the directory says about a slot.</summary>
internal enum WordState
{
    /// <summary>Nothing: the slot is beyond the directory's reach.</summary>
    None,

    /// <summary>Something that was never written there.</summary>
    Damaged,

    /// <summary>No segment older than the word's generation is here.</summary>
    Absent,

    /// <summary>The segment of the word's generation is here.</summary>
    Present,
}

/// <summary>
/// The decision table of slots (docs/on-media-format.md, "Slots"): header and directory word together determine one
/// outcome, and the damage, if any. Pure; tests/Persistence/Corruption tests every combination.
/// </summary>
internal readonly record struct SlotDecision(SlotOutcome Outcome, string? Damage)
{
    public const string HeaderDamaged = "the segment header is damaged (magic or checksum)";
    public const string MagicDamaged = "the segment header's magic is damaged";
    public const string Older = "an older segment is where the directory has a newer one";
    public const string Newer = "the directory's word is older than the segment here";
    public const string Gone = "the directory has a segment here that is missing";
    public const string FreedIsBack = "a segment that had been freed is back";
    public const string WordDamaged = "the slot's word in the segment directory is damaged";
    public const string SealDamaged = "the segment header's count of sealed entries is damaged";
    public const string SealGone = "an older copy of the segment is here: the directory says that it was sealed";
    public const string TwoOwners = "the directory has another segment in a slot that belongs to a larger segment";
    public const string BehindTheEnd = "the directory has a segment after the last slot in the pool's header";

    /// <param name="magic">Of the header.</param>
    /// <param name="isSound">Checksum, pool id, index, version and slots of the header are right.</param>
    /// <param name="generation">Of the header; means nothing unless it is sound.</param>
    /// <param name="state">What the directory says.</param>
    /// <param name="word">Its word, if there is one.</param>
    public static SlotDecision Of(ulong magic, bool isSound, ulong generation, WordState state, DirectoryWord word) => state switch
    {
        WordState.Present => WherePresent(magic, isSound, generation.CompareTo(word.Generation)),
        WordState.Absent => WhereAbsent(magic, isSound, generation < word.Generation),
        _ => WithoutWord(magic, isSound),
    };

    /// <summary>What is wrong with the seal of a segment that was found, or null.</summary>
    public static string? SealDamage(ulong sealedEntries, WordState state, DirectoryWord word)
    {
        if (sealedEntries != 0)
            return PoolHeader.TryUnpackSlots(sealedEntries, out _) ? null : SealDamaged;
        return state == WordState.Present && word.IsSealed ? SealGone : null;
    }

    private static SlotDecision WherePresent(ulong magic, bool isSound, int order) => (magic, isSound, order) switch
    {
        (SegmentHeader.MagicUsed, true, 0) => new(SlotOutcome.Segment, null),
        (_, true, 0) => new(SlotOutcome.Segment, MagicDamaged),
        (SegmentHeader.MagicUsed, true, > 0) => new(SlotOutcome.Segment, Newer),
        (SegmentHeader.MagicUsed, true, < 0) => new(SlotOutcome.Free, Older),
        (0 or SegmentHeader.MagicFree, _, _) => new(SlotOutcome.Free, Gone),
        _ => new(SlotOutcome.Free, HeaderDamaged),
    };

    // Only a segment opened since can count here. Any other content is not damage: a power loss may
    // have kept the inner slots of a segment of several and lost the header before them.
    private static SlotDecision WhereAbsent(ulong magic, bool isSound, bool isOlder) => (magic, isSound, isOlder) switch
    {
        (SegmentHeader.MagicUsed or SegmentHeader.MagicDead, true, true) => new(SlotOutcome.Free, FreedIsBack),
        (SegmentHeader.MagicUsed, true, false) => new(SlotOutcome.Segment, null),
        (SegmentHeader.MagicDead, true, false) => new(SlotOutcome.BeingFreed, null),
        _ => new(SlotOutcome.Free, null),
    };

    private static SlotDecision WithoutWord(ulong magic, bool isSound) => (magic, isSound) switch
    {
        (0 or SegmentHeader.MagicFree, _) => new(SlotOutcome.Free, null),
        (SegmentHeader.MagicUsed, true) => new(SlotOutcome.Segment, null),
        (SegmentHeader.MagicDead, true) => new(SlotOutcome.BeingFreed, null),
        _ => new(SlotOutcome.Free, HeaderDamaged),
    };
}
