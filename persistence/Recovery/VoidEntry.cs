using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>A commit entry of no bytes: valid, with nothing to replay. Replaces an entry that does not count.</summary>
internal static unsafe class VoidEntry
{
    /// <summary>Persists it. Not atomic: a crash in between leaves an invalid entry.</summary>
    public static void Write(IMedium medium, Segment segment, int index)
    {
        CommitEntry* entry = segment.EntryAt(index);
        medium.Load((byte*)entry, CommitEntry.SizeBytes);
        *entry = default;
        entry->Checksum = CommitEntry.ComputeChecksum(segment.Salt, entry, index);
        PoolFile.Persist(medium, (byte*)entry, CommitEntry.SizeBytes);
    }
}
