using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>What a plan says that records need is enough for them, and for shorter and fewer ones; what was taken for nothing is given back.</summary>
public sealed unsafe class AppendPlanTests
{
    private const long SlotBytes = 4 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_was_prepared_is_enough(int seed)
    {
        using LogBench bench = new();
        Random random = new(seed);
        AppendPlan plan = new();
        ulong sequence = 0;
        for (int round = 0; round < 40; round++)
        {
            long[] records = Draw(random);
            plan.Begin(bench.Append.Room);
            foreach (long bytes in records)
                plan.Add(bytes);
            int free = bench.Pool.FreeSlots;
            if (bench.Append.TryPrepare(plan, AppendPurpose.Write))
            {
                Assert.Equal(free - plan.Slots, bench.Pool.FreeSlots);
                Append(bench, records, random, ref sequence);
            }
            bench.Append.EndPrepared();
            Assert.Equal(0, bench.Append.Overruns);
            bench.Log.Commit(1);
            RetireAll(bench);
        }
        Assert.True(sequence > 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sum_is_enough_for_any_records_that_make_it_up(int seed)
    {
        using LogBench bench = new();
        Random random = new(seed);
        AppendPlan plan = new();
        ulong sequence = 0;
        for (int round = 0; round < 40; round++)
        {
            long largest = random.NextInt64(1, AppendPlan.SlotRoom - 64);
            long[] records = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextInt64(1, largest + 1))];
            plan.Begin(bench.Append.Room);
            plan.AddMany(records.Sum() + 32 * records.Length, largest + 32);
            if (bench.Append.TryPrepare(plan, AppendPurpose.Write))
                Append(bench, records, random, ref sequence);
            bench.Append.EndPrepared();
            Assert.Equal(0, bench.Append.Overruns);
            bench.Log.Commit(1);
            RetireAll(bench);
        }
        Assert.True(sequence > 50);
    }

    [Fact]
    public void All_or_nothing_is_taken_and_what_is_left_comes_back()
    {
        using LogBench bench = new();
        AppendPlan plan = new();
        int free = bench.Pool.FreeSlots;
        plan.Begin(bench.Append.Room);
        for (int i = 0; i < 100; i++)
            plan.Add(SlotBytes / 2 + 1);
        Assert.False(bench.Append.TryPrepare(plan, AppendPurpose.Write));
        Assert.False(bench.Append.IsPrepared);
        Assert.Equal(free, bench.Pool.FreeSlots);
        plan.Begin(bench.Append.Room);
        plan.Add(3 * SlotBytes);
        plan.Add(100);
        Assert.True(bench.Append.TryPrepare(plan, AppendPurpose.Write));
        Assert.Equal(free - 5, bench.Pool.FreeSlots);
        bench.Append.EndPrepared();
        Assert.Equal(free, bench.Pool.FreeSlots);
        Assert.Empty(bench.Reopen(out _));
    }

    private static long[] Draw(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(4) switch
        {
            0 => random.NextInt64(1, 1000),
            1 => random.NextInt64(1, SlotBytes / 8),
            2 => random.NextInt64(1, SlotBytes),
            _ => random.NextInt64(1, 3 * SlotBytes),
        })];

    // Each as long as was told or shorter; some are left out.
    private static void Append(LogBench bench, long[] records, Random random, ref ulong sequence)
    {
        foreach (long bytes in records)
        {
            if (random.Next(8) == 0)
                continue;
            Assert.True(bench.Append.TryReserve(bytes));
            uint length = (uint)(random.Next(2) == 0 ? bytes : random.NextInt64(1, bytes + 1));
            Segment segment = bench.Append.Current!;
            // Numbers do not follow: each takes an entry of its own.
            Assert.True(bench.Log.TryNote(segment, bench.Append.Tail, length, sequence += 2, 1, 0, default));
            segment.Tail += length;
        }
    }

    // What is sealed is free again, so that the next round finds room.
    private static void RetireAll(LogBench bench)
    {
        foreach (Segment segment in bench.Pool.Snapshot().Where(s => s.State == SegmentState.Sealed))
            Assert.True(bench.Pool.TryRetire(segment));
        bench.Pool.Reclaim();
    }
}
