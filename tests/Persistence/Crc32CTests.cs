using Pkv.Persistence.Format;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>CRC-32C: the published vectors, and the folded form against the serial one and a bit-by-bit one.</summary>
public sealed unsafe class Crc32CTests
{
    public static TheoryData<byte[], uint> Vectors => new()
    {
        { "123456789"u8.ToArray(), 0xE3069283 },
        { new byte[32], 0x8A9136AA }, // RFC 3720, B.4
        { [.. Enumerable.Repeat((byte)0xFF, 32)], 0x62A8AB43 },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 0x46DD794E },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))], 0x113FDB5C },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Published_vectors(byte[] data, uint expected)
    {
        fixed (byte* p = data)
            Assert.Equal(expected, ~Crc32C.Append(uint.MaxValue, p, (nuint)data.Length));
    }

    [Fact]
    public void All_lengths_fold_to_what_the_serial_form_gives()
    {
        Random random = new(1);
        byte[] data = new byte[2100];
        random.NextBytes(data);
        fixed (byte* p = data)
        {
            for (int length = 0; length <= 2000; length++)
            {
                uint seed = (uint)random.NextInt64();
                byte* start = p + random.Next(64);
                uint serial = Crc32C.AppendSerial(seed, start, (nuint)length);
                Assert.Equal(serial, Crc32C.Append(seed, start, (nuint)length));
                if (length < 300)
                    Assert.Equal(serial, BitByBit(seed, start, length));
                int cut = random.Next(length + 1);
                Assert.Equal(serial, Crc32C.Append(Crc32C.Append(seed, start, (nuint)cut), start + cut, (nuint)(length - cut)));
            }
        }
    }

    [Fact]
    public void Long_inputs_fold_to_what_the_serial_form_gives()
    {
        byte[] data = new byte[1 << 20];
        new Random(2).NextBytes(data);
        fixed (byte* p = data)
        {
            foreach (int length in (int[])[4095, 4096, 4097, 65536 + 255, 65536 + 256, 1 << 20])
                Assert.Equal(Crc32C.AppendSerial(7, p, (nuint)length), Crc32C.Append(7, p, (nuint)length));
        }
    }

    private static uint BitByBit(uint crc, byte* p, int length)
    {
        for (int i = 0; i < length; i++)
        {
            crc ^= p[i];
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
        }
        return crc;
    }
}
