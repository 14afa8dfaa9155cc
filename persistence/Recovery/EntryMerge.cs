using Pkv.Persistence.Format;

namespace Pkv.Persistence.Recovery;

/// <summary>Orders the entries of all segments into one legal history, without transactions that are not whole.</summary>
public static class EntryMerge
{
    /// <summary>All entries by sequence number, then by writer.</summary>
    public static RecoveredEntry[] Merge(RecoveredEntry[][] segments)
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
            // A segment's entries come in runs: go on with it while it is ahead of all others.
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
        return DropTorn(all);
    }

    private static (ulong, int) Key(in RecoveredEntry entry) => (entry.Sequence, entry.Writer);

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

    // A transaction of several entries counts only if every piece is there: numbered without a gap, from a piece that
    // continues nothing to one that nothing continues.
    private static RecoveredEntry[] DropTorn(RecoveredEntry[] all)
    {
        if (!all.Any(e => (e.Flags & (EntryFlags.Continued | EntryFlags.Continuation)) != 0))
            return all;
        bool[] drop = new bool[all.Length];
        List<int>[] open = new List<int>[256];
        for (int i = 0; i < all.Length; i++)
        {
            ref List<int> pieces = ref open[all[i].Writer];
            pieces ??= [];
            bool continues = (all[i].Flags & EntryFlags.Continuation) != 0;
            if (!continues || Piece(all[i]) != (pieces.Count & 31) || pieces.Count == 0)
                DropAll(pieces, drop);
            if (continues && (pieces.Count == 0 || Piece(all[i]) != (pieces.Count & 31)))
            {
                drop[i] = true;
                continue;
            }
            pieces.Add(i);
            if ((all[i].Flags & EntryFlags.Continued) == 0)
                pieces.Clear();
        }
        foreach (List<int>? pieces in open)
            DropAll(pieces ?? [], drop);
        return [.. all.Where((_, i) => !drop[i])];
    }

    private static void DropAll(List<int> pieces, bool[] drop)
    {
        foreach (int i in pieces)
            drop[i] = true;
        pieces.Clear();
    }

    private static int Piece(in RecoveredEntry entry) => (int)entry.Flags >> 3 & 31;
}
