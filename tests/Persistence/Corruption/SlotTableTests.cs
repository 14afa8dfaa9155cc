using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// The table "Slots" of docs/on-media-format.md: every combination of what a header and its directory word can be fits
/// exactly one row, and recovery does what that row says, with the bytes of a real pool.
/// </summary>
public sealed unsafe class SlotTableTests : IDisposable
{
    private const int Target = 1;
    private const ulong TargetGeneration = 2;
    private static readonly ulong[] Magics = [0, SegmentHeader.MagicFree, SegmentHeader.MagicUsed, SegmentHeader.MagicDead, 0x4B4E554A];
    private static readonly Flaw[] Flaws = Enum.GetValues<Flaw>();
    private static readonly Seal[] Seals = Enum.GetValues<Seal>();

    // "Found" is the header's generation against the word's.
    private static readonly Row[] Rows =
    [
        new("no word, free", c => c.NoWord && c.SaysFree, SlotOutcome.Free, null),
        new("no word, used", c => c.NoWord && c.SaysUsed && c.Sound, SlotOutcome.Segment, null),
        new("no word, dead", c => c.NoWord && c.SaysDead && c.Sound, SlotOutcome.BeingFreed, null),
        new("no word, else", c => c.NoWord && !c.SaysFree && !((c.SaysUsed || c.SaysDead) && c.Sound), SlotOutcome.Free, SlotDecision.HeaderDamaged),
        new("absent, used since", c => c.State == WordState.Absent && c.SaysUsed && c.Sound && c.Order >= 0, SlotOutcome.Segment, null),
        new("absent, dead since", c => c.State == WordState.Absent && c.SaysDead && c.Sound && c.Order >= 0, SlotOutcome.BeingFreed, null),
        new("absent, freed is back", c => c.State == WordState.Absent && (c.SaysUsed || c.SaysDead) && c.Sound && c.Order < 0, SlotOutcome.Free, SlotDecision.FreedIsBack),
        new("absent, anything else", c => c.State == WordState.Absent && !((c.SaysUsed || c.SaysDead) && c.Sound), SlotOutcome.Free, null),
        new("present, itself", c => c.State == WordState.Present && c.SaysUsed && c.Sound && c.Order == 0, SlotOutcome.Segment, null),
        new("present, itself with another magic", c => c.State == WordState.Present && !c.SaysUsed && c.Sound && c.Order == 0, SlotOutcome.Segment, SlotDecision.MagicDamaged),
        new("present, a newer one", c => c.State == WordState.Present && c.SaysUsed && c.Sound && c.Order > 0, SlotOutcome.Segment, SlotDecision.Newer),
        new("present, an older one", c => c.State == WordState.Present && c.SaysUsed && c.Sound && c.Order < 0, SlotOutcome.Free, SlotDecision.Older),
        new("present, free", c => c.State == WordState.Present && c.SaysFree && !(c.Sound && c.Order == 0), SlotOutcome.Free, SlotDecision.Gone),
        new("present, damaged header", c => c.State == WordState.Present && !c.SaysFree && !(c.Sound && (c.Order == 0 || c.SaysUsed)), SlotOutcome.Free, SlotDecision.HeaderDamaged),
    ];

    private readonly PoolImage _image = new();

    public SlotTableTests()
    {
        for (int slot = 0; slot < 3; slot++)
            Assert.Equal(slot, _image.WriteSegment((ulong)slot * 10 + 1, seal: true, $"one of {slot}", $"two of {slot}").Slot);
        Assert.Equal(TargetGeneration, _image.Header(Target)->Generation);
    }

    private enum Flaw
    {
        None,
        Checksum,
        PoolId,
        Index,
        Version,
        NoSlots,
        TooManySlots,
    }

    private enum Seal
    {
        Right,
        Missing,
        Broken,
    }

    public void Dispose() => _image.Dispose();

    [Fact]
    public void Every_combination_fits_one_row_and_has_its_outcome()
    {
        int tried = 0;
        HashSet<string> fitted = [];
        foreach ((WordState state, DirectoryWord word) in Words())
        {
            foreach (Case c in Cases(state, word))
            {
                Row row = Assert.Single(Rows, r => r.Fits(c));
                fitted.Add(row.Name);
                Assert.Equal(new SlotDecision(row.Outcome, row.Damage), SlotDecision.Of(c.Magic, c.Sound, c.Generation, state, word));
                if (state != WordState.None)
                    TryOnBytes(c, row, state, word);
                tried++;
            }
        }
        Assert.Equal(11 * 5 * 7 * 3, tried);
        Assert.Equal(Rows.Length, fitted.Count);
    }

    private static IEnumerable<(WordState, DirectoryWord)> Words()
    {
        yield return (WordState.None, default);
        yield return (WordState.Damaged, default);
        for (ulong generation = TargetGeneration - 1; generation <= TargetGeneration + 1; generation++)
        {
            yield return (WordState.Absent, DirectoryWord.Absent(generation));
            yield return (WordState.Present, DirectoryWord.Present(generation, isSealed: false));
            yield return (WordState.Present, DirectoryWord.Present(generation, isSealed: true));
        }
    }

    private static IEnumerable<Case> Cases(WordState state, DirectoryWord word) =>
        from magic in Magics
        from flaw in Flaws
        from seal in Seals
        select new Case(magic, flaw, seal, TargetGeneration, state, TargetGeneration.CompareTo(word.Generation));

    private void TryOnBytes(Case c, Row row, WordState state, DirectoryWord word)
    {
        List<(long, string)> expected = [];
        if (state == WordState.Damaged)
            expected.Add((_image.WordAt(Target), SlotDecision.WordDamaged));
        if (row.Damage is not null)
            expected.Add((_image.HeaderAt(Target), row.Damage));
        if (row.Outcome == SlotOutcome.Segment && c.Seal == Seal.Broken)
            expected.Add((_image.HeaderAt(Target) + 48, SlotDecision.SealDamaged));
        if (row.Outcome == SlotOutcome.Segment && c.Seal == Seal.Missing && word is { IsPresent: true, IsSealed: true })
            expected.Add((_image.HeaderAt(Target) + 48, SlotDecision.SealGone));
        Lay(c, state == WordState.Damaged ? 0 : word.Pack(Target));
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal(expected, scanner.Damages.Select(d => (d.Offset, d.What)));
        List<string> kept = ["1:one of 0", "2:two of 0"];
        // The second entry vouches for the first; without the seal nobody does for the second, and both are whole.
        if (row.Outcome == SlotOutcome.Segment)
            kept.AddRange(["11:one of 1", "12:two of 1"]);
        kept.AddRange(["21:one of 2", "22:two of 2"]);
        Assert.Equal(kept, found);
        Assert.True(_image.Pool.SegmentAt(_image.Pool.SlotBase(Target)) is null == (row.Outcome != SlotOutcome.Segment));
        AssertSettled(kept, scanner, expected.Count > 0);
        _image.TakeBack();
    }

    // After a start that went on, the next one finds the same and nothing to complain about.
    private void AssertSettled(List<string> kept, PoolScanner scanner, bool salvaged)
    {
        _image.Edit(0, _image.Medium.All[..128]);
        _image.Edit(PoolHeader.DirectoryOffset, _image.Medium.All.Slice((int)PoolHeader.DirectoryOffset, 64));
        for (int slot = 0; slot < 4; slot++)
            _image.Edit(_image.HeaderAt(slot), _image.Medium.All.Slice((int)_image.HeaderAt(slot), 64));
        if (salvaged)
            scanner.Repair();
        _image.Pool.Recovery.Seal();
        (List<string> found, PoolScanner next) = _image.Scan();
        Assert.Empty(next.Damages);
        Assert.Equal(kept, found);
    }

    private void Lay(Case c, ulong word)
    {
        SegmentHeader header = *_image.Header(Target);
        header.Magic = c.Magic;
        header.PoolId ^= c.Flaw == Flaw.PoolId ? 2UL : 0;
        header.Index = c.Flaw == Flaw.Index ? 2u : Target;
        header.Version += c.Flaw == Flaw.Version ? 1u : 0;
        header.Slots = c.Flaw switch { Flaw.NoSlots => 0, Flaw.TooManySlots => 4, _ => 1u };
        header.Checksum = SegmentHeader.ComputeChecksum(&header) ^ (c.Flaw == Flaw.Checksum ? 1u << 31 : 0);
        header.SealedEntries = c.Seal switch { Seal.Right => PoolHeader.PackSlots(2), Seal.Missing => 0, _ => 2 };
        _image.Edit(_image.HeaderAt(Target), new ReadOnlySpan<byte>(&header, sizeof(SegmentHeader)));
        _image.Edit(_image.WordAt(Target), word);
    }

    private sealed record Row(string Name, Func<Case, bool> Fits, SlotOutcome Outcome, string? Damage);

    private sealed record Case(ulong Magic, Flaw Flaw, Seal Seal, ulong Generation, WordState State, int Order)
    {
        public bool NoWord => State is WordState.None or WordState.Damaged;
        public bool SaysFree => Magic is 0 or SegmentHeader.MagicFree;
        public bool SaysUsed => Magic == SegmentHeader.MagicUsed;
        public bool SaysDead => Magic == SegmentHeader.MagicDead;
        public bool Sound => Flaw == Flaw.None;
    }
}
