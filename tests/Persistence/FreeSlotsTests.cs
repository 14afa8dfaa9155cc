using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>Which free slots are used first, and what a window withholds.</summary>
public sealed class FreeSlotsTests
{
    [Fact]
    public void Single_slots_are_taken_from_between_used_ones_first()
    {
        FreeSlots free = With(0, 1, 2, 5, 8, 9);
        Assert.Equal(5, free.Take());
        Assert.Equal(9, free.Take());
        Assert.Equal(8, free.Take());
    }

    [Fact]
    public void Several_are_taken_from_the_shortest_run_and_its_upper_end()
    {
        FreeSlots free = With(0, 1, 2, 3, 4, 6, 7, 8);
        Assert.Equal(7, free.TakeAdjacent(2, mayTakeWindow: true));
        Assert.Equal(1, free.TakeAdjacent(4, mayTakeWindow: true));
        Assert.Equal(-1, free.TakeAdjacent(2, mayTakeWindow: true));
        Assert.Equal(2, free.Count);
    }

    [Fact]
    public void What_lies_in_the_window_is_for_those_who_may_take_it()
    {
        FreeSlots free = With(0, 1, 4, 5);
        free.Withhold(4, 7);
        Assert.Equal((4, 2, true), (free.Count, free.Withheld, free.HasWindow));
        free.Add(6);
        Assert.Equal((5, 3), (free.Count, free.Withheld));
        Assert.Equal((2, 1), (free.LongestRun(enough: 5), free.LongestRun(enough: 1)));
        Assert.Equal(-1, free.TakeAdjacent(3, mayTakeWindow: false));
        Assert.Equal(1, free.Take());
        Assert.Equal(0, free.Take());
        Assert.Equal(-1, free.Take());
        Assert.Equal(4, free.TakeAdjacent(3, mayTakeWindow: true));
        Assert.Equal((0, 0, false), (free.Count, free.Withheld, free.HasWindow));
    }

    [Fact]
    public void Without_the_window_its_slots_are_for_everybody()
    {
        FreeSlots free = With(2, 3);
        free.Withhold(2, 4);
        Assert.Equal(-1, free.Take());
        free.Withhold(0, 0);
        Assert.Equal(0, free.Withheld);
        Assert.NotEqual(-1, free.Take());
        Assert.NotEqual(-1, free.Take());
        Assert.Equal(0, free.Count);
    }

    [Fact]
    public void Slots_that_a_growing_pool_adds_to_the_window_are_withheld_as_well()
    {
        FreeSlots free = With(0, 1, 2, 3);
        free.Withhold(2, 6);
        free.AddBehind(4, 8);
        Assert.Equal((8, 4), (free.Count, free.Withheld));
        for (int i = 0; i < 4; i++)
            Assert.False(free.IsInWindow(free.Take()));
        Assert.Equal(-1, free.Take());
        Assert.Equal(2, free.TakeAdjacent(4, mayTakeWindow: true));
        Assert.Equal(0, free.Count);
    }

    [Fact]
    public void Slots_that_come_with_a_window_are_there_once_when_it_ends()
    {
        FreeSlots free = With(0, 1);
        free.Withhold(1, 4);
        free.AddBehind(2, 6);
        free.Withhold(0, 0);
        Assert.Equal([0, 1, 2, 3, 4, 5], Enumerable.Range(0, free.Count).Select(_ => free.Take()).Order());
        Assert.Equal(-1, free.Take());
    }

    [Fact]
    public void A_slot_that_is_free_is_not_freed_again()
    {
        FreeSlots free = With(3);
        Assert.Throws<InvalidOperationException>(() => free.Add(3));
    }

    private static FreeSlots With(params int[] slots)
    {
        FreeSlots free = new(10);
        foreach (int slot in slots)
            free.Add(slot);
        return free;
    }
}
