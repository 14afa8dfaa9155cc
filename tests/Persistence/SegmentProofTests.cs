using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>The look at memory after a device's failure: whole segments pass, however many entries they have; others do not.</summary>
public sealed unsafe class SegmentProofTests
{
    [Fact]
    public void A_segment_of_several_entries_is_whole_until_one_of_its_records_changes()
    {
        using LogBench bench = new();
        Segment segment = bench.Note(1, "one");
        bench.Log.Commit(1);
        for (ulong i = 2; i < 10; i++)
        {
            bench.Note(i * 10, "more");
            bench.Log.Commit(1);
        }
        Assert.Equal(9, segment.CommittedEntries);
        Assert.Null(SegmentProof.FirstTorn([segment]));
        segment.Base[segment.EntryAt(7)->Offset] ^= 1;
        Assert.Same(segment, SegmentProof.FirstTorn([segment]));
    }
}
