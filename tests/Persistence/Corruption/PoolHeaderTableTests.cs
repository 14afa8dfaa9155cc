using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// The table "Pool header" of docs/on-media-format.md: every combination of file length, header and medium; the first row that
/// fits decides, and every row is the first for some.
/// </summary>
public sealed unsafe class PoolHeaderTableTests : IDisposable
{
    private const int Slots = 5;
    private const long Exact = PoolHeader.SegmentsOffset + (long)Slots * PoolHeader.SlotBytes;
    private static readonly long[] Lengths = [0, 100, PoolHeader.SegmentsOffset + 1, Exact - 1, Exact, Exact + PoolHeader.SlotBytes];
    private static readonly ulong[] Magics = [0, PoolHeader.MagicValue, 0x1234];

    private static readonly Row[] Rows =
    [
        new(c => c.Length == 0 || (c.Length >= 128 && c.Magic == 0 && !c.Filled), null),
        new(c => c.Length < 128 || c.Magic != PoolHeader.MagicValue, "the file is not a Pkv pool (its first bytes are not PKVPOOL1)"),
        new(c => c.Version is not (3 or 4 or 5), "the pool has format version {0}; this server reads versions 3 to 5"),
        new(c => c.BadChecksum, "the pool's header is damaged (bytes 0-43: checksum mismatch)"),
        new(c => c.SlotBytes != PoolHeader.SlotBytes, "the pool has slots of 65536 bytes; this server uses 4194304"),
        new(c => c.Count < 0, "the pool's header is damaged (bytes 64-71: slot count mismatch)"),
        new(c => c.Length < c.Told, "the pool is truncated: {1} bytes expected, {2} found"),
        new(c => c.Told > c.Max && c.Kind != MediumKind.Dax, "the pool holds {1} bytes, more than the pool size {3}; give a larger --pool-size"),
        new(c => c.Count == 0 && (c.Kind != MediumKind.File || c.Length < PoolHeader.SegmentsOffset + PoolHeader.SlotBytes), null),
        new(_ => true, "opened"),
    ];

    private readonly ImageMedium _medium = new(PoolImage.Bytes);

    public void Dispose() => _medium.Close();

    [Fact]
    public void Every_combination_has_the_outcome_of_the_first_row_that_fits()
    {
        HashSet<int> fitted = [];
        var cases =
            from kind in new[] { MediumKind.Dram, MediumKind.Dax, MediumKind.File }
            from length in Lengths
            from magic in Magics
            from filled in new[] { false, true }
            from version in new uint[] { 2, 3, 4, 5, 6 }
            from badChecksum in new[] { false, true }
            from slotBytes in new uint[] { PoolHeader.SlotBytes, 65536 }
            from count in new[] { -1, 0, Slots }
            from max in new[] { PoolFile.MinBytes, PoolImage.Bytes }
            select new Case(kind, length, magic, filled, version, badChecksum, slotBytes, count, max);
        foreach (Case c in cases)
        {
            int row = Array.FindIndex(Rows, r => r.Fits(c));
            fitted.Add(row);
            Lay(c);
            Try(c, Rows[row].Outcome);
        }
        Assert.Equal(Rows.Length, fitted.Count);
    }

    [Fact]
    public void A_header_between_two_versions_is_sound_and_a_damaged_one_is_not()
    {
        PoolHeader header = new() { Magic = PoolHeader.MagicValue, Version = 3, Slot = PoolHeader.SlotBytes, PoolIdLow = 77 };
        uint old = PoolHeader.ComputeChecksum(&header);
        header.Version = 4;
        uint upgraded = PoolHeader.ComputeChecksum(&header);
        foreach (uint version in new uint[] { 3, 4, 5 })
        {
            foreach (uint checksum in new[] { old, upgraded, old ^ 1 })
            {
                header.Version = version;
                header.Checksum = checksum;
                Assert.Equal(checksum != (old ^ 1), PoolHeader.HasSoundChecksum(&header));
            }
        }
        header.Version = 6;
        header.Checksum = upgraded;
        Assert.False(PoolHeader.HasSoundChecksum(&header));
    }

    private void Try(Case c, string? outcome)
    {
        byte[] before = _medium.All[..8192].ToArray();
        if (outcome is not null and not "opened")
        {
            string message = Assert.Throws<MediumException>(() => PoolFile.OpenOrCreate(_medium, c.Max, out _)).Message;
            Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, outcome, c.Version, c.Told, c.Length, c.Max), message);
            Assert.True(before.AsSpan().SequenceEqual(_medium.All[..8192]), $"{c}: refused, and changed");
            return;
        }
        uint slots = PoolFile.OpenOrCreate(_medium, c.Max, out bool created);
        Assert.True(created == outcome is null, $"{c}");
        if (created)
            Assert.Equal((c.Kind == MediumKind.Dax ? 6u : 4u, (long)slots), (slots, PoolFile.PublishedSlots(_medium)));
        else if (c.Kind == MediumKind.File)
            Assert.Equal(Math.Max(c.Count, (Math.Min(c.Length, c.Max) - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes), slots);
        else
            Assert.Equal((uint)c.Count, slots);
    }

    private void Lay(Case c)
    {
        _medium.All[..8192].Clear();
        _medium.All[4096] = (byte)(c.Filled ? 1 : 0);
        _medium.Kind = c.Kind;
        _medium.DrainIsDurable = c.Kind != MediumKind.File;
        _medium.BackedBytes = c.Length;
        PoolHeader* header = (PoolHeader*)_medium.Base;
        header->Magic = PoolHeader.MagicValue;
        header->Version = c.Version;
        header->Slot = c.SlotBytes;
        header->PoolIdLow = 77;
        header->Checksum = PoolHeader.ComputeChecksum(header) ^ (c.BadChecksum ? 1u : 0);
        header->Magic = c.Magic;
        header->SlotsAndCheck = c.Count < 0 ? 5 : PoolHeader.PackSlots((uint)c.Count);
    }

    private sealed record Row(Func<Case, bool> Fits, string? Outcome);

    private sealed record Case(MediumKind Kind, long Length, ulong Magic, bool Filled, uint Version, bool BadChecksum, uint SlotBytes, int Count, long Max)
    {
        public long Told => PoolHeader.SegmentsOffset + (long)Count * PoolHeader.SlotBytes;
    }
}
