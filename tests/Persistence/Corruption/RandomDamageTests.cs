using System.Globalization;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// A pool with known records is damaged at random: flipped bits, sectors zeroed, filled, misplaced or exchanged, slots wiped,
/// the file cut. A start either refuses, naming a place that was touched, or finds exactly the records that were written; it refuses
/// whenever a byte changed that anything vouches for. A salvage finds no record that was not written, and the start
/// after it nothing to complain of. The seed that fails is in the message: put it first in <see cref="Seeds"/>.
/// </summary>
public sealed unsafe class RandomDamageTests : IDisposable
{
    private const int CasesPerSeed = 1000;
    private readonly PoolImage _image = new();
    private readonly List<string> _written = [];
    private readonly List<(long At, long Bytes)> _covered = [];
    private readonly HashSet<int> _touchedSlots = [];
    private readonly Dictionary<int, int> _owners = [];
    private byte[] _pristine = [];
    private long _backed;
    private readonly List<(long At, long Bytes)[]> _open = [];

    public static TheoryData<int> Seeds => [1, 2, 3];

    public void Dispose() => _image.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damage_is_named_or_harmless(int seed)
    {
        Fill();
        Random random = new(seed);
        int refused = 0;
        for (int i = 0; i < CasesPerSeed; i++)
            refused += TryOne(random, $"seed {seed}, case {i}") ? 1 : 0;
        // Both outcomes are there in numbers: neither is a matter of course.
        Assert.InRange(refused, CasesPerSeed / 5, CasesPerSeed * 9 / 10);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1000, 100)]
    public void Damage_is_named_or_harmless_in_many_more_cases(int firstSeed, int seeds)
    {
        Fill();
        for (int seed = firstSeed; seed < firstSeed + LongRun.Part(seeds); seed++)
        {
            Random random = new(seed);
            for (int i = 0; i < CasesPerSeed; i++)
                TryOne(random, $"seed {seed}, case {i}");
        }
    }

    // Sealed, freed, of two slots, and open: every kind that a pool can have.
    private void Fill()
    {
        Random random = new(7);
        Segment first = _image.WriteSegment(1, seal: true, [.. Enumerable.Range(0, 20).Select(_ => Record(random))]);
        Segment freed = _image.WriteSegment(50, seal: true, "gone");
        Segment large = _image.Pool.TryOpen(5_000_000)!;
        large.Tail = large.Bytes - 200_000;
        for (ulong i = 100; i < 110; i++)
            _image.Write(large, i, new string('v', 10_000));
        _image.Pool.Seal(large);
        Segment open = _image.WriteSegment(200, seal: false, [.. Enumerable.Range(0, 10).Select(_ => Record(random))]);
        _owners[large.Slot + 1] = large.Slot;
        Assert.True(_image.Pool.TryRetire(freed));
        _image.Pool.Reclaim();
        foreach (Segment segment in new[] { first, large, open })
            Cover(segment, isSealed: segment != open);
        _covered.Add((0, 44));
        _covered.Add((64, 8));
        _covered.Add((PoolHeader.DirectoryOffset, (long)_image.Pool.Slots * DirectoryWord.SizeBytes));
        _pristine = _image.Medium.All.ToArray();
        _backed = _image.Medium.BackedBytes;
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Empty(scanner.Damages);
        _written.AddRange(found);
        Assert.Equal(40, found.Count);
    }

    private static string Record(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $"record {random.Next()} {new string('r', random.Next(1, 3000))}");

    private void Cover(Segment segment, bool isSealed)
    {
        long at = segment.Base - _image.Medium.Base;
        _covered.Add((at, 44));
        _covered.Add((at + 48, 8));
        for (int i = 0; i < segment.EntryCount; i++)
        {
            CommitEntry* entry = segment.EntryAt(i);
            (long, long)[] parts = [((byte*)entry - _image.Medium.Base, CommitEntry.SizeBytes), (at + entry->Offset, entry->Length)];
            if (isSealed)
                _covered.AddRange(parts);
            else
                _open.Add(parts);
        }
    }

    // Entries of the open segment up to the last one that is whole: it vouches for those before it, and nobody for those behind.
    private int VouchedInOpen() => _open.FindLastIndex(parts => !parts.Any(Changed)) + 1;

    private bool TryOne(Random random, string name)
    {
        string what = Damage(random);
        bool coveredChanged = _image.Medium.BackedBytes < _backed || _covered.Any(Changed) || _open.Take(VouchedInOpen()).Any(parts => parts.Any(Changed));
        bool refused;
        try
        {
            (List<string> found, PoolScanner scanner) = _image.Scan();
            refused = scanner.Damages.Count > 0;
            Assert.True(refused == coveredChanged, $"{name}, {what}: {(refused ? scanner.Damages[0] : "not noticed")}");
            foreach (PoolDamage damage in scanner.Damages)
                Assert.True(_touchedSlots.Contains(damage.Slot), $"{name}, {what}: {damage}");
            AssertKept(found, refused, $"{name}, {what}");
            if (refused)
            {
                (List<string> again, PoolScanner next) = _image.RepairAndScan(scanner);
                Assert.True(next.Damages.Count == 0, $"{name}, {what}: after the salvage {next.Damages.FirstOrDefault()}");
                Assert.Equal(found, again);
            }
        }
        catch (MediumException e)
        {
            // The pool header, or the file's length, by name.
            refused = true;
            Assert.True(coveredChanged, $"{name}, {what}: {e.Message}");
            Assert.StartsWith("the ", e.Message, StringComparison.Ordinal);
        }
        Restore();
        return refused;
    }

    // The last entries of the open segment look torn when they are damaged.
    private void AssertKept(List<string> found, bool refused, string name)
    {
        List<string> wrong = [.. found.Except(_written)];
        Assert.True(wrong.Count == 0, $"{name}: found {string.Join(", ", wrong)}, which nobody wrote");
        if (refused)
            return;
        IEnumerable<string> expected = _written.SkipLast(_open.Count - VouchedInOpen());
        Assert.True(expected.SequenceEqual(found), $"{name}: {_written.Except(found).FirstOrDefault()} is missing");
    }

    private string Damage(Random random)
    {
        _touchedSlots.Clear();
        switch (random.Next(8))
        {
            case 0:
                long cut = random.NextInt64(_backed);
                _image.Medium.BackedBytes = cut;
                return $"cut to {cut} bytes";
            case 1:
                return Fill(Sector(random), 512, 0);
            case 2:
                return Fill(Sector(random), 512, 0xFF);
            case 3:
                return Copy(Sector(random), Sector(random));
            case 4:
                long one = Sector(random), two = Sector(random);
                byte[] bytes = _image.Medium.All.Slice((int)one, 512).ToArray();
                string what = Copy(one, two);
                Touch(two, 512);
                _image.Edit(two, bytes);
                return $"{what} and back";
            case 5 when random.Next(10) == 0:
                return Fill(PoolHeader.SegmentsOffset + (long)random.Next(_image.Pool.Slots) * PoolHeader.SlotBytes, PoolHeader.SlotBytes, 0);
            default:
                List<string> flips = [];
                for (int n = random.Next(1, 4); n > 0; n--)
                    flips.Add(Flip(Place(random), random.Next(8)));
                return string.Join(", ", flips);
        }
    }

    // Mostly where something is: a pool is mostly room.
    private long Place(Random random)
    {
        if (random.Next(4) == 0)
            return random.NextInt64(_backed);
        (long at, long bytes) = random.Next(5) == 0 ? _open[random.Next(_open.Count)][random.Next(2)] : _covered[random.Next(_covered.Count)];
        return at + random.NextInt64(bytes);
    }

    private long Sector(Random random) => Place(random) & ~511L;

    private string Flip(long at, int bit)
    {
        Touch(at, 1);
        _image.Edit(at, [(byte)(_image.Medium.All[(int)at] ^ 1 << bit)]);
        return $"bit {bit} of byte {at} flipped";
    }

    private string Fill(long at, int bytes, byte value)
    {
        Touch(at, bytes);
        byte[] fill = new byte[bytes];
        Array.Fill(fill, value);
        _image.Edit(at, fill);
        return $"bytes {at}..{at + bytes - 1} became {value}";
    }

    private string Copy(long to, long from)
    {
        Touch(to, 512);
        _image.Edit(to, _image.Medium.All.Slice((int)from, 512).ToArray());
        return $"sector {from} written to {to}";
    }

    // Which slots a damage there may be told of: its own; for a word of the directory, the word's; for an inner slot, the segment's.
    private void Touch(long at, long bytes)
    {
        for (long i = at; i < at + bytes; i++)
        {
            int slot = i >= PoolHeader.SegmentsOffset ? (int)((i - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes)
                : i >= PoolHeader.DirectoryOffset ? (int)((i - PoolHeader.DirectoryOffset) / DirectoryWord.SizeBytes) : -1;
            if (_touchedSlots.Add(slot))
                _touchedSlots.Add(_owners.GetValueOrDefault(slot, slot));
        }
    }

    private bool Changed((long At, long Bytes) range) =>
        !_image.Medium.All.Slice((int)range.At, (int)range.Bytes).SequenceEqual(_pristine.AsSpan((int)range.At, (int)range.Bytes));

    private void Restore()
    {
        _image.TakeBack();
        foreach (int page in _image.Medium.Flushed)
            _pristine.AsSpan(page << 12, 4096).CopyTo(_image.Medium.All[(page << 12)..]);
        _image.Medium.Flushed.Clear();
        _image.Medium.BackedBytes = _backed;
    }
}
