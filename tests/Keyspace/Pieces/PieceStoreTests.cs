using System.Runtime.InteropServices;
using System.Text;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Keyspace.Pieces;

/// <summary>
/// Pieces put over each other at drawn offsets: the string has the bytes that a plain array would have, each piece counts as live
/// where it lies and nowhere else, and when the string is forgotten nothing counts any more.
/// </summary>
public sealed unsafe class PieceStoreTests : IDisposable
{
    private const int PoolBytes = 48 << 20;

    private readonly byte* _pool = (byte*)NativeMemory.AllocZeroed(PoolBytes);
    private readonly LiveBytes _live = new(PoolBytes / PoolHeader.SlotBytes);
    private readonly PieceStore _store;
    private readonly Collection* _value;

    public PieceStoreTests()
    {
        _store = new PieceStore(_pool, _live);
        byte[] key = "a key"u8.ToArray();
        fixed (byte* p = key)
            _value = PieceStore.Make(p, key.Length, new PieceHead(7, 0, -1));
        Random filler = new(1);
        filler.NextBytes(new Span<byte>(_pool + PoolHeader.SegmentsOffset, PoolBytes - (int)PoolHeader.SegmentsOffset));
    }

    public void Dispose()
    {
        Collection.Free(_value);
        NativeMemory.Free(_pool);
    }

    [Theory]
    [InlineData(1, 3_000, 60)]
    [InlineData(2, 200_000, 3)]
    [InlineData(3, 200_000, 20_000)]
    [InlineData(4, 5_000_000, 2_500_000)]
    public void A_string_of_pieces_reads_as_a_plain_one(int seed, int maxOffset, int maxBytes)
    {
        Random random = new(seed);
        byte[] model = new byte[maxOffset + maxBytes];
        int length = 0;
        for (int step = 0; step < (maxBytes > 10_000 ? 400 : 4000); step++)
        {
            int offset = random.Next(4) == 0 ? length < maxOffset ? length : 0 : random.Next(maxOffset), bytes = random.Next(1, maxBytes);
            byte* data = _pool + PoolHeader.SegmentsOffset + random.Next(PoolBytes - (int)PoolHeader.SegmentsOffset - bytes);
            _store.Put(_value, offset, data, bytes, isFirst: random.Next(2) == 0);
            new ReadOnlySpan<byte>(data, bytes).CopyTo(model.AsSpan(offset));
            length = Math.Max(length, offset + bytes);
            if (step % 100 == 99)
                AssertReads(model.AsSpan(0, length), random);
        }
        Assert.Equal(_value->LogBytes, _live.Total);
        AssertLiveWhereItLies();
        _store.ForgetLive(_value);
        Assert.Equal(0, _live.Total);
        for (int slot = 0; slot < PoolBytes / PoolHeader.SlotBytes; slot++)
            Assert.Equal(0, _live.Of(slot));
    }

    [Theory]
    [InlineData("7", 7, 0, -1)]
    [InlineData("7 5000", 7, 5000, -1)]
    [InlineData("7 0 4000000000000", 7, 0, 4_000_000_000_000)]
    public void A_head_reads_back(string text, ulong birth, long baseBytes, long expiryMs)
    {
        Assert.True(PieceHead.TryParse(Encoding.ASCII.GetBytes(text), out PieceHead head));
        Assert.Equal(new PieceHead(birth, baseBytes, expiryMs), head);
        byte* written = stackalloc byte[PieceHead.MaxBytes];
        Assert.Equal(text, Encoding.ASCII.GetString(written, (int)(head.Write(written) - written)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("7 ")]
    [InlineData("7 -1")]
    [InlineData("7 2147483648")]
    [InlineData("7 0 -1")]
    [InlineData("7 0 1 1")]
    [InlineData("x")]
    public void What_is_no_head_is_refused(string text) => Assert.False(PieceHead.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("PKV.SPUT k 7 0 x", true)]
    [InlineData("PKV.SPUT k 7 0 x 2147483646 y", true)]
    [InlineData("PKV.SPUT k 7", false)]
    [InlineData("PKV.SPUT k 7 0", false)]
    [InlineData("PKV.SPUT k 7 0 x 1", false)]
    [InlineData("PKV.SPUT k 7 -1 x", false)]
    [InlineData("PKV.SPUT k 7 2147483647 x", false)]
    [InlineData("PKV.SPUT k 7 x x", false)]
    [InlineData("PKV.SPUT k x 0 x", false)]
    public void Only_sound_records_are_taken(string text, bool isSound)
    {
        byte[] bytes = Pkv.Tests.Receive.Wire.Command([.. text.Split(' ')]);
        using ArgList args = new();
        fixed (byte* p = bytes)
        {
            Assert.Equal(ParseStatus.Complete, RespParser.Parse(p, p + bytes.Length, args, new ParseLimits { MaxBulkBytes = int.MaxValue }).Status);
            Assert.Equal(isSound, PieceRecord.IsSound(args));
        }
    }

    private void AssertReads(ReadOnlySpan<byte> expected, Random random)
    {
        StoredString value = new(_value, _pool);
        Assert.Equal(expected.Length, value.Length);
        byte[] read = new byte[expected.Length + 10];
        value.CopyTo(0, read);
        Assert.True(expected.SequenceEqual(read.AsSpan(0, expected.Length)));
        Assert.True(read.AsSpan(expected.Length).IndexOfAnyExcept((byte)0) < 0);
        for (int i = 0; i < 20; i++)
        {
            int at = random.Next(expected.Length), count = random.Next(expected.Length - at);
            Assert.Equal(expected[at], value.At(at));
            Assert.True(expected.Slice(at, count).SequenceEqual(value.From(at, read.AsSpan(0, count))));
        }
        long end = 0;
        for (ElementCursor cursor = new(_value->Elements); cursor.IsValid; cursor.MoveNext())
        {
            Assert.True(Piece.Offset(cursor.Element) >= end, "pieces overlap");
            end = Piece.End(cursor.Element);
            Assert.Equal((ulong)Piece.Offset(cursor.Element), ElementCursor.AtKey(_value->Elements, cursor.Key).Key);
        }
        Assert.Equal(expected.Length, end);
    }

    private void AssertLiveWhereItLies()
    {
        byte* key = Collection.KeyBulk(_value);
        long[] expected = new long[PoolBytes / PoolHeader.SlotBytes];
        for (ElementCursor cursor = new(_value->Elements); cursor.IsValid; cursor.MoveNext())
            expected[((long)Piece.Place(cursor.Element) - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes] += Piece.LiveBytes(cursor.Element, BulkString.Next(key) - key);
        for (int slot = 0; slot < expected.Length; slot++)
            Assert.Equal(expected[slot], _live.Of(slot));
    }
}
