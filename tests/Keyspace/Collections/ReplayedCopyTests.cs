using System.Runtime.InteropServices;
using System.Text;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Keyspace.Collections;

/// <summary>A record that the cleaner has copied is replayed behind its original: then nothing lives in the original any more.</summary>
public sealed unsafe class ReplayedCopyTests : IDisposable
{
    private const int PoolBytes = 32 << 20;
    private const ulong Original = PoolHeader.SegmentsOffset, Copy = PoolHeader.SegmentsOffset + PoolHeader.SlotBytes;

    private readonly byte* _pool = (byte*)NativeMemory.AllocZeroed(PoolBytes);
    private readonly LiveBytes _live = new(PoolBytes / PoolHeader.SlotBytes);

    public void Dispose() => NativeMemory.Free(_pool);

    [Theory]
    [InlineData("SADD", "a", "b", "c")]
    [InlineData("ZADD", "1", "a", "2.5", "b")]
    [InlineData("HSET", "f", "v", "g", "w")]
    [InlineData("RPUSH", "a", "b", "c")]
    public void What_lives_lies_in_the_copy(string name, params string[] bulks)
    {
        RecordVerb verb = RecordVerbs.Of(Encoding.ASCII.GetBytes(name));
        byte* key = Write(0, ["k"]);
        Collection* collection = Collection.Make(RecordVerbs.KindOf(verb), BulkString.Data(key, out int length), length, 4);
        CollectionStore store = new(_pool, _live);
        Assert.NotEqual(0u, store.Put(collection, verb, Write(Original, bulks), bulks.Length, 7, isReplay: true));
        long lives = LiveIn(Original);
        Assert.True(lives > 0);
        Assert.Equal(0u, store.Put(collection, verb, Write(Copy, bulks), bulks.Length, 7, isReplay: true));
        Assert.Equal((0, lives), (LiveIn(Original), LiveIn(Copy)));
        store.ForgetLive(collection);
        Assert.Equal((0, 0), (LiveIn(Original), LiveIn(Copy)));
        Collection.Free(collection);
    }

    private long LiveIn(ulong segment) => _live.Of((int)((segment - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes));

    // Behind a segment's header, or before all segments.
    private byte* Write(ulong at, string[] bulks)
    {
        byte* start = _pool + at + SegmentHeader.SizeBytes, end = start;
        foreach (string bulk in bulks)
            end = BulkString.WriteBulk(end, Encoding.ASCII.GetBytes(bulk));
        return start;
    }
}
