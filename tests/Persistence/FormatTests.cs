using System.Text;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>Every number that is on media, frozen: changing one of these needs a new format version.</summary>
public sealed unsafe class FormatTests
{
    [Fact]
    public void Numbers()
    {
        Assert.Equal((3u, 5u), (PoolHeader.OldestVersion, PoolHeader.CurrentVersion));
        Assert.Equal("PKVPOOL1", Text(PoolHeader.MagicValue));
        Assert.Equal("PKVSEGM1", Text(SegmentHeader.MagicUsed));
        Assert.Equal("PKVFREE1", Text(SegmentHeader.MagicFree));
        Assert.Equal("PKVDEAD1", Text(SegmentHeader.MagicDead));
        Assert.Equal(2 << 20, PoolHeader.SegmentsOffset);
        Assert.Equal(4 << 20, PoolHeader.SlotBytes);
        Assert.Equal(128, sizeof(PoolHeader));
        Assert.Equal(64, sizeof(SegmentHeader));
        Assert.Equal(32, sizeof(CommitEntry));
        Assert.Equal(28, CommitEntry.ChecksummedBytes);
        Assert.Equal([0, 1, 2, 4, 32768], Enum.GetValues<EntryFlags>().Select(f => (int)f));
        Assert.Equal((48, 3, 5, 8, 7), (CommitEntry.TimeBits, CommitEntry.PieceShift, CommitEntry.PieceBits, CommitEntry.WriterShift, CommitEntry.WriterBits));
        Assert.Equal((40, 8, 32), (PoolHeader.ChecksummedBytes, SegmentHeader.ChecksumStart, SegmentHeader.ChecksummedBytes));
        Assert.Equal(0xFFFF_FFFA_0000_0005UL, PoolHeader.PackSlots(5));
    }

    [Fact]
    public void Pool_header_bytes()
    {
        PoolHeader header = new()
        {
            Magic = PoolHeader.MagicValue,
            Version = 1,
            Slot = PoolHeader.SlotBytes,
            PoolIdLow = 0x1122334455667788,
            PoolIdHigh = 0x99AABBCCDDEEFF00,
            CreatedMs = 0x0000018F01020304,
            SlotsAndCheck = PoolHeader.PackSlots(4),
        };
        header.Checksum = PoolHeader.ComputeChecksum(&header);
        Assert.Equal("504B56504F4F4C310100000000004000" + "887766554433221100FFEEDDCCBBAA99" + "040302018F010000", Hex(&header, 40));
        Assert.Equal(Serial(0, &header, 40), header.Checksum);
        Assert.Equal("04000000FBFFFFFF", Hex((byte*)&header + 64, 8));
    }

    [Fact]
    public void Segment_header_bytes()
    {
        SegmentHeader header = new()
        {
            Magic = SegmentHeader.MagicUsed,
            PoolId = 0x1122334455667788,
            Index = 7,
            Slots = 2,
            Generation = 9,
            Salt = 0xA1B2C3D4,
            Version = 1,
            SealedEntries = PoolHeader.PackSlots(3),
        };
        header.Checksum = SegmentHeader.ComputeChecksum(&header);
        Assert.Equal("504B565345474D318877665544332211" + "07000000020000000900000000000000" + "D4C3B2A101000000", Hex(&header, 40));
        Assert.Equal(Serial(0, (byte*)&header + 8, 32), header.Checksum);
        Assert.Equal("03000000FCFFFFFF", Hex((byte*)&header + 48, 8));
        Assert.Equal(40, (int)((byte*)&header.Checksum - (byte*)&header));
    }

    [Fact]
    public void A_committed_entry_is_these_bytes_and_this_checksum()
    {
        using LogBench bench = new();
        const string record = "*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n";
        Segment segment = bench.Note(0x0102030405060708, record, database: 5);
        bench.Log.Commit(timeMs: 0x0000018F01020304);
        CommitEntry* entry = segment.EntryAt(0);
        Assert.Equal((nint)(segment.Base + segment.Bytes - 32), (nint)entry);
        Assert.Equal("40000000" + "14000000" + "0807060504030201" + "040302018F010000" + "0500" + "0000", Hex(entry, 28));
        uint crc = Serial(segment.Salt, segment.Base + 64, record.Length);
        Assert.Equal(Serial(crc, entry, 28), entry->Checksum);
        Assert.Equal(0x0000018F01020304, entry->TimeMs);

        // The second entry tells that the first one is durable.
        bench.Note(0x0102030405060709, record);
        bench.Log.Commit(timeMs: 0x0000018F01020304);
        Assert.Equal(1, segment.EntryAt(1)->DurableBefore);
        // An entry's place is part of its checksum.
        Assert.Equal(Serial(crc, segment.EntryAt(1), 28) ^ 1, segment.EntryAt(1)->Checksum);
    }

    [Fact]
    public void A_checksum_that_was_once_written_is_still_the_same()
    {
        CommitEntry entry = new()
        {
            Offset = 64,
            Length = 20,
            Sequence = 0x0102030405060708,
            TimeAndFlags = CommitEntry.PackTimeAndFlags(0x18F01020304, EntryFlags.Continued),
            Database = 5,
            DurableBefore = 6,
        };
        byte[] record = "*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"u8.ToArray();
        fixed (byte* p = record)
        {
            uint crc = Crc32C.Append(Crc32C.Append(0xA1B2C3D4, p, 20), (byte*)&entry, 28);
            Assert.Equal("40000000140000000807060504030201040302018F01020005000600", Hex(&entry, 28));
            Assert.Equal(GoldenChecksum, crc);
        }
    }

    // Computed once, by the bit-by-bit form of CRC-32C.
    private const uint GoldenChecksum = 0xEC603DD7;

    private static string Text(ulong magic) => Encoding.ASCII.GetString(BitConverter.GetBytes(magic));

    private static string Hex(void* p, int bytes) => Convert.ToHexString(new ReadOnlySpan<byte>(p, bytes));

    private static uint Serial(uint seed, void* p, int bytes) => Crc32C.AppendSerial(seed, (byte*)p, (nuint)bytes);
}
