using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// The table "Whole transactions" of docs/on-media-format.md: every sequence of up to four entries of one writer, each of every
/// kind, attested or not, with another writer's entries in between.
/// </summary>
public sealed class ChainTableTests
{
    private const EntryFlags Moved = (EntryFlags)(1 << 8);

    private static readonly EntryFlags[] Kinds =
    [
        EntryFlags.None,
        Piece(0, EntryFlags.Continued),
        Piece(1, EntryFlags.Continued | EntryFlags.Continuation),
        Piece(2, EntryFlags.Continued | EntryFlags.Continuation),
        Piece(1, EntryFlags.Continuation),
        Piece(2, EntryFlags.Continuation),
    ];

    // Of a transaction's pieces, as far as they were found.
    private static readonly (string Name, Func<bool, bool, bool> Fits, bool Kept)[] Rows =
    [
        ("all there", (whole, _) => whole, true),
        ("some missing, one attested", (whole, attested) => !whole && attested, true),
        ("some missing, none attested", (whole, attested) => !whole && !attested, false),
    ];

    [Fact]
    public void Every_sequence_keeps_what_its_rows_say()
    {
        HashSet<string> fitted = [];
        for (int length = 1; length <= 4; length++)
        {
            int combinations = (int)Math.Pow(Kinds.Length * 2, length);
            for (int combination = 0; combination < combinations; combination++)
                Try(combination, length, fitted);
        }
        Assert.Equal(Rows.Length, fitted.Count);
    }

    private static void Try(int combination, int length, HashSet<string> fitted)
    {
        RecoveredEntry[] mine = new RecoveredEntry[length], others = new RecoveredEntry[length];
        for (int i = 0; i < length; i++, combination /= Kinds.Length * 2)
        {
            int kind = combination % (Kinds.Length * 2);
            mine[i] = new RecoveredEntry { Sequence = (ulong)i * 10 + 5, Flags = Kinds[kind / 2], IsAttested = kind % 2 == 1 };
            others[i] = new RecoveredEntry { Sequence = (ulong)i * 10 + 7, Flags = Moved };
        }
        IEnumerable<ulong> expected = Groups(mine).Where(group => IsKept(group, fitted)).SelectMany(group => group).Select(e => e.Sequence);
        RecoveredEntry[] merged = EntryMerge.Merge([others, mine]);
        Assert.Equal(expected, merged.Where(e => e.Writer == 0).Select(e => e.Sequence));
        Assert.Equal(length, merged.Count(e => e.Writer == 1));
    }

    // A transaction goes from an entry that continues none to one that is not continued.
    private static List<List<RecoveredEntry>> Groups(RecoveredEntry[] entries)
    {
        List<List<RecoveredEntry>> groups = [];
        bool open = false;
        foreach (RecoveredEntry entry in entries)
        {
            if (!open || (entry.Flags & EntryFlags.Continuation) == 0)
                groups.Add([]);
            groups[^1].Add(entry);
            open = (entry.Flags & EntryFlags.Continued) != 0;
        }
        return groups;
    }

    private static bool IsKept(List<RecoveredEntry> group, HashSet<string> fitted)
    {
        if (group[0].Flags == EntryFlags.None)
            return true;
        bool whole = (group[^1].Flags & EntryFlags.Continued) == 0
            && group.Select((e, i) => e.Flags == Piece(i, e.Flags & (EntryFlags.Continued | EntryFlags.Continuation))).All(right => right);
        (string name, _, bool kept) = Assert.Single(Rows, r => r.Fits(whole, group.Any(e => e.IsAttested)));
        fitted.Add(name);
        return kept;
    }

    private static EntryFlags Piece(int number, EntryFlags flags) => flags | (EntryFlags)(number << 3);
}
