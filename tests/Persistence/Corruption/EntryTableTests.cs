using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// The table "Commit entries of a segment" of docs/on-media-format.md: three entries, each in every state, committed one by one or
/// together, with every seal that the header can tell; each entry fits exactly one row, and the scan does what the rows say.
/// </summary>
public sealed unsafe class EntryTableTests : IDisposable
{
    private const int Entries = 3;
    private static readonly State[] States = Enum.GetValues<State>();

    private static readonly Row[] Rows =
    [
        new("recovered", Outcome.Recovered, c => c.State == State.Valid && !c.BehindCut),
        new("void", Outcome.Nothing, c => c.State == State.Void),
        new("valid behind the cut", Outcome.Torn, c => c.State == State.Valid && c.BehindCut),
        new("damage", Outcome.Damage, c => c.Invalid && c.Vouched),
        new("the cut", Outcome.Cut, c => c.Invalid && !c.Vouched && !c.BehindCut),
        new("nothing more", Outcome.Nothing, c => c.Invalid && !c.Vouched && c.BehindCut),
    ];

    private PoolImage _image = new();

    private enum State
    {
        Valid,
        Void,
        EntryFlipped,
        RecordFlipped,
        Zeros,
    }

    private enum Outcome
    {
        Recovered,
        Nothing,
        Torn,
        Damage,
        Cut,
    }

    public void Dispose() => _image.Dispose();

    [Fact]
    public void Every_combination_fits_one_row_and_has_its_outcome()
    {
        HashSet<string> fitted = [];
        TryAll(oneByOne: true, fitted);
        _image.Dispose();
        _image = new PoolImage();
        TryAll(oneByOne: false, fitted);
        Assert.Equal(Rows.Length, fitted.Count);
    }

    private void TryAll(bool oneByOne, HashSet<string> fitted)
    {
        Segment segment = _image.Pool.TryOpen(100)!;
        for (int i = 0; i < Entries; i++)
            _image.Write(segment, (ulong)i * 2, $"record {i}", commit: oneByOne);
        _image.Log.Commit(1);
        for (int combination = 0; combination < 125; combination++)
        {
            State[] states = [States[combination % 5], States[combination / 5 % 5], States[combination / 25]];
            for (int sealedEntries = -1; sealedEntries <= Entries; sealedEntries++)
                Try(segment, states, oneByOne, sealedEntries, fitted);
        }
    }

    private void Try(Segment segment, State[] states, bool oneByOne, int sealedEntries, HashSet<string> fitted)
    {
        List<string> kept = [];
        List<int> damaged = [];
        int torn = 0;
        bool cut = false;
        for (int i = 0; i < Entries; i++)
        {
            // One by one, each entry counts those before it; together, none is known durable yet.
            bool vouched = i < sealedEntries || (oneByOne && states.Skip(i + 1).Contains(State.Valid));
            Row row = Assert.Single(Rows, r => r.Fits(new Case(states[i], vouched, cut)));
            Assert.False(vouched && cut, "an entry that is vouched for is never behind the cut");
            fitted.Add(row.Name);
            cut |= row.Outcome == Outcome.Cut;
            torn += row.Outcome == Outcome.Torn ? 1 : 0;
            if (row.Outcome == Outcome.Recovered)
                kept.Add($"{i * 2}:record {i}");
            if (row.Outcome == Outcome.Damage)
                damaged.Add(i);
            Lay(segment, i, states[i]);
        }
        _image.Edit(_image.HeaderAt(segment.Slot) + 48, sealedEntries < 0 ? 0 : PoolHeader.PackSlots((uint)sealedEntries));
        (List<string> found, PoolScanner scanner) = _image.Scan();
        string what = $"{string.Join(", ", states)}; one by one: {oneByOne}; sealed: {sealedEntries}";
        Assert.True(kept.SequenceEqual(found), $"{what}: {string.Join(", ", found)}");
        Assert.True(torn == scanner.TornEntries, what);
        // Neighbours are told together, the lowest address first.
        List<int> told = [.. scanner.Damages.SelectMany(d => Enumerable.Range(0, (int)d.Bytes / 32).Select(n => IndexAt(segment, d.Offset + n * 32)))];
        Assert.True(damaged.SequenceEqual(told.Order()), $"{what}: told {string.Join(", ", told)}");
        Assert.Equal(damaged.Count(i => !damaged.Contains(i - 1)), scanner.Damages.Count);
        _image.TakeBack();
    }

    private int IndexAt(Segment segment, long offset) => (int)((segment.Base + segment.Bytes - _image.Medium.Base - offset) / 32) - 1;

    private void Lay(Segment segment, int index, State state)
    {
        CommitEntry entry = *segment.EntryAt(index);
        long at = (byte*)segment.EntryAt(index) - _image.Medium.Base;
        if (state == State.RecordFlipped)
            _image.Edit(segment.Base - _image.Medium.Base + entry.Offset + 3, [(byte)'!']);
        if (state is State.Valid or State.RecordFlipped)
            return;
        if (state == State.EntryFlipped)
            entry.TimeAndFlags ^= 1UL << 40;
        else
            entry = default;
        if (state == State.Void)
            entry.Checksum = CommitEntry.ComputeChecksum(segment.Salt, &entry, index);
        _image.Edit(at, new ReadOnlySpan<byte>(&entry, CommitEntry.SizeBytes));
    }

    private sealed record Row(string Name, Outcome Outcome, Func<Case, bool> Fits);

    private sealed record Case(State State, bool Vouched, bool BehindCut)
    {
        public bool Invalid => State is State.EntryFlipped or State.RecordFlipped or State.Zeros;
    }
}
