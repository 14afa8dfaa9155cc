using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Server.Offline;

/// <summary>
/// Reconstructs a pool's header in private memory from the segments: each sound one contains the pool's id, and the file's
/// length gives the number of slots. The file is not changed.
/// </summary>
internal static unsafe class HeaderRescue
{
    /// <summary>Returns what was wrong with the header, or null where nothing was (or nothing can be done).</summary>
    public static string? Apply(IMedium medium)
    {
        PoolHeader* header = (PoolHeader*)medium.Base;
        long whole = (medium.BackedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes;
        bool isSound = header->Magic == PoolHeader.MagicValue && PoolHeader.HasSoundChecksum(header);
        bool counts = PoolHeader.TryUnpackSlots(header->SlotsAndCheck, out uint slots);
        // Of another version, or of other slots, by a header that is whole: not for this release to read.
        if (whole < 1 || (isSound && (!PoolHeader.IsRead(header->Version) || header->Slot != PoolHeader.SlotBytes)))
            return null;
        if (isSound && counts && slots <= whole)
            return null;
        if (!isSound)
        {
            if (IdOf(medium, whole) is not { } id)
                return null;
            *header = new PoolHeader
            {
                Magic = PoolHeader.MagicValue,
                Version = PoolHeader.CurrentVersion,
                Slot = PoolHeader.SlotBytes,
                PoolIdLow = id,
                SlotsAndCheck = header->SlotsAndCheck,
            };
            header->Checksum = PoolHeader.ComputeChecksum(header);
        }
        bool isCut = counts && slots > whole;
        if (!counts || isCut)
            header->SlotsAndCheck = PoolHeader.PackSlots((uint)whole);
        string what = isSound ? "" : "the pool's header is damaged (its id was taken from the segments)";
        string count = isCut ? $"the pool is truncated: {slots} slots expected, {whole} whole ones found"
            : counts ? "" : $"the pool's count of slots is damaged (the file holds {whole})";
        return string.Join("; ", new[] { what, count }.Where(text => text.Length > 0));
    }

    // What most of the sound segment headers say. A stored value cannot forge one: it would have to know the id.
    private static ulong? IdOf(IMedium medium, long slots)
    {
        Dictionary<ulong, int> votes = [];
        for (long slot = 0; slot < slots; slot++)
        {
            SegmentHeader* segment = (SegmentHeader*)(medium.Base + PoolHeader.SegmentsOffset + slot * PoolHeader.SlotBytes);
            bool isSound = segment->Magic is SegmentHeader.MagicUsed or SegmentHeader.MagicDead && segment->Index == slot
                && PoolHeader.IsRead(segment->Version) && segment->Checksum == SegmentHeader.ComputeChecksum(segment);
            if (isSound)
                votes[segment->PoolId] = votes.GetValueOrDefault(segment->PoolId) + 1;
        }
        return votes.Count == 0 ? null : votes.MaxBy(v => v.Value).Key;
    }
}
