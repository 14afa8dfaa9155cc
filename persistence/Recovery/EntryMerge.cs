using Pkv.Persistence.Format;

namespace Pkv.Persistence.Recovery;

/// <summary>Orders the entries of all segments into one valid history, without incomplete transactions.</summary>
public static class EntryMerge
{
    private const int PieceMask = (1 << CommitEntry.PieceBits) - 1;

    /// <summary>All entries by sequence number, originals before copies, then by writer.</summary>
    /// <param name="segments">What was found in each segment.</param>
    /// <param name="dropped">Takes the entries that do not count: pieces of transactions that are not whole.</param>
    public static RecoveredEntry[] Merge(RecoveredEntry[][] segments, List<RecoveredEntry>? dropped = null)
    {
        PriorityQueue<int, (ulong, int)> heads = new();
        int[] next = new int[segments.Length];
        long total = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            SortIfNeeded(segments[i]);
            total += segments[i].Length;
            if (segments[i].Length > 0)
                heads.Enqueue(i, Key(segments[i][0]));
        }
        RecoveredEntry[] all = new RecoveredEntry[total];
        int n = 0;
        while (heads.TryDequeue(out int i, out _))
        {
            // A segment's entries come in runs: continue with it while it is ahead of all others.
            bool alone = !heads.TryPeek(out _, out (ulong, int) limit);
            RecoveredEntry[] segment = segments[i];
            int at = next[i];
            do
                all[n++] = segment[at++];
            while (at < segment.Length && (alone || Key(segment[at]).CompareTo(limit) <= 0));
            next[i] = at;
            if (at < segment.Length)
                heads.Enqueue(i, Key(segment[at]));
            else
                segments[i] = [];
        }
        return DropTorn(all, dropped);
    }

    // The flag for a copy lies above the writer's number. Of a record and its exact copy the copy counts: so nothing lives where the
    // cleaner was through.
    private static (ulong, int) Key(in RecoveredEntry entry) => (entry.Sequence, (int)entry.Flags >> CommitEntry.WriterShift);

    private static void SortIfNeeded(RecoveredEntry[] segment)
    {
        for (int i = 1; i < segment.Length; i++)
        {
            if (Key(segment[i - 1]).CompareTo(Key(segment[i])) <= 0)
                continue;
            Array.Sort(segment, static (a, b) => Key(a).CompareTo(Key(b)));
            return;
        }
    }

    // A transaction of several entries counts only if every piece is there, or was once: one piece that is attested
    // attests the batch, and so for pieces in segments that have been freed since. A torn transaction is the last
    // thing its writer did, so nothing attests it.
    private static RecoveredEntry[] DropTorn(RecoveredEntry[] all, List<RecoveredEntry>? dropped)
    {
        if (!all.Any(e => (e.Flags & CommitEntry.Chained) != 0))
            return all;
        bool[] drop = new bool[all.Length];
        List<int>?[] groups = new List<int>?[128];
        for (int i = 0; i < all.Length; i++)
        {
            // Its number may be an old one, that lies within a transaction of the thread that cleaned.
            if ((all[i].Flags & EntryFlags.Moved) != 0)
                continue;
            List<int> group = groups[all[i].Writer] ??= [];
            if ((all[i].Flags & EntryFlags.Continuation) == 0)
                Settle(all, group, drop);
            if ((all[i].Flags & CommitEntry.Chained) == 0)
                continue;
            group.Add(i);
            if ((all[i].Flags & EntryFlags.Continued) == 0)
                Settle(all, group, drop);
        }
        foreach (List<int>? group in groups)
            Settle(all, group ?? [], drop);
        dropped?.AddRange(all.Where((_, i) => drop[i]));
        return [.. all.Where((_, i) => !drop[i])];
    }

    // One transaction's pieces, in order, as far as they were found.
    private static void Settle(RecoveredEntry[] all, List<int> group, bool[] drop)
    {
        bool whole = group.Count > 0 && (all[group[^1]].Flags & EntryFlags.Continued) == 0;
        for (int n = 0; n < group.Count; n++)
            whole &= Piece(all[group[n]]) == (n & PieceMask);
        if (!whole && !group.Any(i => all[i].IsAttested))
        {
            foreach (int i in group)
                drop[i] = true;
        }
        group.Clear();
    }

    private static int Piece(in RecoveredEntry entry) => (int)entry.Flags >> CommitEntry.PieceShift & PieceMask;
}
