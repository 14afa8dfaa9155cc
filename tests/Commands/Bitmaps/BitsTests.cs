using Pkv.Engine.Commands.Bitmaps;
using Xunit;

namespace Pkv.Tests.Commands.Bitmaps;

/// <summary>Bits, many at a time, against the same one at a time, over drawn strings of all lengths around the vectors'.</summary>
public sealed class BitsTests
{
    private readonly Random _random = new(20_240_401);

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 40), 63, 64, 65, 127, 129, 255, 257, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Counted_and_found_as_one_by_one(int length)
    {
        for (int round = 0; round < 60; round++)
        {
            byte[] bytes = Draw(length);
            bool[] bits = [.. Enumerable.Range(0, length * 8).Select(i => (bytes[i / 8] >> (7 - (i % 8)) & 1) == 1)];
            int first = _random.Next(bits.Length), last = _random.Next(first, bits.Length);
            Assert.Equal(bits.Count(bit => bit), Bits.Count(bytes));
            Assert.Equal(bits[first..(last + 1)].Count(bit => bit), Bits.Count(bytes, first, last));
            foreach (bool value in new[] { false, true })
            {
                int found = Array.IndexOf(bits, value, first, last - first + 1);
                Assert.Equal(found, Bits.Find(bytes, value, first, last));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Combined_as_one_by_one(int length)
    {
        byte[] target = Draw(length), source = Draw(_random.Next(length + 1));
        foreach (BitOperation operation in new[] { BitOperation.And, BitOperation.Or, BitOperation.Xor })
        {
            byte[] combined = [.. target];
            Bits.Combine(operation, source, combined);
            for (int i = 0; i < length; i++)
            {
                byte expected = i >= source.Length ? target[i] : operation switch
                {
                    BitOperation.And => (byte)(target[i] & source[i]),
                    BitOperation.Or => (byte)(target[i] | source[i]),
                    _ => (byte)(target[i] ^ source[i]),
                };
                Assert.Equal(expected, combined[i]);
            }
        }
        byte[] inverted = [.. target];
        Bits.Invert(inverted);
        Assert.Equal(target.Select(b => (byte)~b), inverted);
    }

    [Fact]
    public void Fields_of_every_width_at_every_bit()
    {
        for (int width = 1; width <= 64; width++)
        {
            for (int offset = 0; offset < 24; offset++)
            {
                byte[] bytes = Draw(12);
                byte[] before = [.. bytes];
                ulong value = (ulong)_random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width);
                Bits.Write(bytes, offset, width, value);
                Assert.Equal(value, Bits.Read(bytes, offset, width));
                Bits.Write(bytes, offset, width, Bits.Read(before, offset, width));
                Assert.Equal(before, bytes);
            }
        }
    }

    [Fact]
    public void Beyond_the_end_are_zeroes()
    {
        Assert.Equal(0xFF00UL, Bits.Read([0xFF], 0, 16));
        Assert.Equal(0UL, Bits.Read([0xFF], 8, 64));
        Assert.Equal(0UL, Bits.Read([], 0, 1));
        Assert.Equal(1UL << 63, Bits.Read([0x01], 7, 64));
    }

    // Half of the strings are one value but for a byte: the searches' long ways.
    private byte[] Draw(int length)
    {
        byte[] bytes = new byte[length];
        if (_random.Next(2) == 0)
            _random.NextBytes(bytes);
        else
        {
            Array.Fill(bytes, _random.Next(2) == 0 ? (byte)0 : (byte)0xFF);
            if (length > 0)
                bytes[_random.Next(length)] ^= (byte)_random.Next(256);
        }
        return bytes;
    }
}
