using System.Runtime.InteropServices;
using System.Text;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Keyspace.Collections;

/// <summary>The tree against a sorted list: order, rank, search by key and by bytes, in both directions, while it grows and shrinks.</summary>
public sealed unsafe class OrderTreeTests : IDisposable
{
    private const int Names = 6000;

    private readonly byte* _pool = (byte*)NativeMemory.AllocZeroed(1 << 20);
    private readonly ulong[] _places = new ulong[Names];
    private OrderTree _tree;

    public OrderTreeTests()
    {
        byte* p = _pool + 64;
        for (int i = 0; i < Names; i++)
        {
            _places[i] = (ulong)(p - _pool);
            p = BulkString.WriteBulk(p, Encoding.ASCII.GetBytes($"name-{i:D5}"));
        }
    }

    [Theory]
    [InlineData(1, 3, true)]
    [InlineData(2, 40, true)]
    [InlineData(3, 5000, true)]
    [InlineData(4, 1_000_000, true)]
    [InlineData(5, 1_000_000, false)]
    public void It_agrees_with_a_sorted_list(int seed, int keys, bool comparesBytes)
    {
        Random random = new(seed);
        SortedDictionary<(ulong Key, int Name), bool> model = [];
        for (int step = 0; step < 30_000; step++)
        {
            // It grows, shrinks to nothing, and grows again.
            bool grows = step / 6000 % 2 == 0;
            int name = comparesBytes ? random.Next(Names) : 0;
            (ulong, int) item = ((ulong)random.Next(keys), name);
            Probe probe = ProbeOf(item, comparesBytes);
            if (random.Next(100) < (grows ? 80 : 20))
            {
                Element* element = _tree.FindOrInsert(probe, _places[name], out bool isNew);
                Assert.Equal(model.TryAdd(item, true), isNew);
                Assert.Equal(item.Item1, element->SortKey);
            }
            else
            {
                if (!grows && model.Count > 0 && random.Next(4) != 0)
                {
                    item = random.Next(2) == 0 ? model.Keys.First() : KeyAt(random.Next(model.Count));
                    probe = ProbeOf(item, comparesBytes);
                }
                Assert.Equal(model.Remove(item), _tree.Remove(probe, out Element removed));
                _ = removed;
            }
            if (step % 1500 == 0)
                Compare(model, comparesBytes);
        }
        Compare(model, comparesBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_grows_at_an_end_fills_its_leaves(bool atHead)
    {
        const int count = 100_000;
        for (int i = 0; i < count; i++)
            _tree.FindOrInsert(Probe.OfOrdinal(SortKeys.FromOrdinal(atHead ? -i : i)), _places[0], out _);
        Assert.Equal((uint)count, _tree.Count);
        Assert.InRange(_tree.NativeBytes, 0, count * 18L);
        for (int i = 0; i < count; i++)
            Assert.True(_tree.Remove(Probe.OfOrdinal(SortKeys.FromOrdinal(atHead ? -i : i)), out _));
        Assert.Equal(0u, _tree.Count);
        Assert.InRange(_tree.NativeBytes, 0, 1100); // a last leaf may stay
    }

    [Fact]
    public void Scores_sort_as_numbers()
    {
        double[] scores = [double.NegativeInfinity, -1e300, -2.5, -1, -double.Epsilon, 0, double.Epsilon, 1, 1.5, 1e300, double.PositiveInfinity];
        for (int i = 1; i < scores.Length; i++)
            Assert.True(SortKeys.FromScore(scores[i - 1]) < SortKeys.FromScore(scores[i]));
        Assert.All(scores, s => Assert.Equal(s, SortKeys.ToScore(SortKeys.FromScore(s))));
        Assert.Equal(SortKeys.FromScore(0.0), SortKeys.FromScore(-0.0));
    }

    [Fact]
    public void Scores_are_read_back_as_they_were()
    {
        Random random = new(11);
        byte* text = stackalloc byte[ScoreText.MaxBytes];
        for (int i = 0; i < 20_000; i++)
        {
            double score = i % 3 == 0 ? random.Next() : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsNaN(score))
                continue;
            Assert.True(ScoreText.TryParse(new ReadOnlySpan<byte>(text, (int)(ScoreText.Write(text, score) - text)), out double read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(score), BitConverter.DoubleToInt64Bits(read));
        }
    }

    public void Dispose()
    {
        _tree.Clear();
        NativeMemory.Free(_pool);
    }

    private Probe ProbeOf((ulong Key, int Name) item, bool comparesBytes)
    {
        byte* data = BulkString.Data(_pool + _places[item.Name], out int length);
        return comparesBytes ? Probe.Of(item.Key, data, length, _pool) : Probe.OfOrdinal(item.Key);
    }

    private (ulong, int) KeyAt(int rank)
    {
        ElementCursor cursor = new(_tree, rank);
        return (cursor.Key, Array.IndexOf(_places, cursor.Element.Place));
    }

    private void Compare(SortedDictionary<(ulong Key, int Name), bool> model, bool comparesBytes)
    {
        Assert.Equal((uint)model.Count, _tree.Count);
        int rank = 0;
        ElementCursor cursor = new(_tree);
        ElementCursor last = cursor;
        foreach ((ulong key, int name) in model.Keys)
        {
            Assert.True(cursor.IsValid);
            Assert.Equal((key, _places[name]), (cursor.Key, cursor.Element.Place));
            Probe probe = ProbeOf((key, name), comparesBytes);
            if (rank % 17 == 0)
            {
                Assert.Equal((uint)rank, _tree.RankOf(probe));
                Assert.Equal(_places[name], new ElementCursor(_tree, rank).Element.Place);
                Assert.True(_tree.Find(probe) != null);
                Assert.Equal(key, ElementCursor.AtKey(_tree, key).Key);
                Assert.Equal((uint)model.Keys.TakeWhile(k => k.Key < key).Count(), _tree.RankOf(Probe.OfLeast(key)));
            }
            last = cursor;
            cursor.MoveNext();
            rank++;
        }
        Assert.False(cursor.IsValid);
        for (; last.IsValid; last.MovePrevious())
            rank--;
        Assert.Equal(0, rank);
    }
}
