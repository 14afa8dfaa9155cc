using Pkv.Persistence.Format;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>The word of the segment directory: its bits, and that no small damage turns one into another.</summary>
public sealed class DirectoryWordTests
{
    [Theory]
    [InlineData(0, 0, false, false, 0xC765_C000_0000_0000)]
    [InlineData(0, 1, true, false, 0xFEFB_D000_0000_0001)]
    [InlineData(5, 0x123456789AB, true, true, 0xBF66_7123_4567_89AB)]
    [InlineData(261631, 7, false, false, 0xBB82_4000_0000_0007)]
    public void Bits(int slot, ulong generation, bool isPresent, bool isSealed, ulong packed)
    {
        DirectoryWord word = isPresent ? DirectoryWord.Present(generation, isSealed) : DirectoryWord.Absent(generation);
        Assert.Equal($"{packed:X16}", $"{word.Pack(slot):X16}");
        Assert.True(DirectoryWord.TryUnpack(slot, packed, out DirectoryWord read));
        Assert.Equal(word, read);
    }

    [Fact]
    public void No_flip_of_one_or_two_bits_makes_a_word_of_a_word()
    {
        // The check is linear: what holds for one word holds for all.
        ulong word = DirectoryWord.Present(77, true).Pack(3);
        for (int a = 0; a < 64; a++)
        {
            for (int b = a; b < 64; b++)
                Assert.False(DirectoryWord.TryUnpack(3, word ^ (1UL << a | 1UL << b), out _), $"bits {a} and {b}");
        }
    }

    [Fact]
    public void Zeros_are_no_word_in_any_slot_nor_is_a_word_that_was_moved()
    {
        ulong moved = DirectoryWord.Present(9, false).Pack(1000);
        for (int slot = 0; slot < 261632; slot++)
            Assert.False(DirectoryWord.TryUnpack(slot, 0, out _));
        for (int distance = 1; distance <= 512; distance++)
        {
            Assert.False(DirectoryWord.TryUnpack(1000 - distance, moved, out _));
            Assert.False(DirectoryWord.TryUnpack(1000 + distance, moved, out _));
        }
    }
}
