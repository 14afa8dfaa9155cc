using System.Text;
using Pkv.Bench.Client;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed unsafe class RequestBatchTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(9_999u)]
    [InlineData(10_000u)]
    [InlineData(12_345_678u)]
    [InlineData(99_999_999u)]
    public void Digits_are_written_as_decimal(uint key)
    {
        byte[] digits = Encoding.ASCII.GetBytes(new string('0', Digits.Count));
        fixed (byte* at = digits) Digits.Patch(at, key);
        Assert.Equal($"{key:D12}", Encoding.ASCII.GetString(digits));
    }

    [Theory]
    [InlineData("Set", 12)]
    [InlineData("Set", 64)]
    [InlineData("Set", 4095)]
    [InlineData("Set", 4096)]
    [InlineData("Set", 65536)]
    [InlineData("Get", 64)]
    [InlineData("Get", 65536)]
    [InlineData("Mixed", 64)]
    [InlineData("Mixed", 65536)]
    public void A_batch_is_the_commands_it_says_it_is(string verbName, int valueBytes)
    {
        Verb verb = Enum.Parse<Verb>(verbName);
        using RequestShape shape = new(valueBytes);
        Workload workload = new(verb, valueBytes, 7, 1, 1000);
        using RequestBatch batch = new(shape, workload);
        KeyPicker picker = new(1000, sequential: false, seed: 42);
        for (int round = 0; round < 3; round++)
        {
            int count = round == 1 ? 3 : 7;
            batch.Fill(count, ref picker);
            StringBuilder expected = new();
            for (int i = 0; i < count; i++)
            {
                string key = $"key:{batch.KeyOf(i):D12}";
                expected.Append(batch.IsSet(i)
                    ? BenchHelpers.Command("SET", key, BenchHelpers.ValueOf(shape, batch.KeyOf(i)))
                    : BenchHelpers.Command("GET", key));
            }
            Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(BenchHelpers.BytesOf(batch)));
            Assert.Equal(expected.Length, batch.TotalBytes);
        }
    }

    [Fact]
    public void Values_have_the_announced_length()
    {
        using RequestShape shape = new(100);
        Assert.Equal(100, BenchHelpers.ValueOf(shape, 1).Length);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(50, 350, 650)]
    [InlineData(100, 1000, 1000)]
    public void Mixed_keeps_its_share(int percent, int least, int most)
    {
        using RequestShape shape = new(64);
        using RequestBatch batch = new(shape, new Workload(Verb.Mixed, 64, 500, 1, 10, percent));
        KeyPicker picker = new(10, sequential: false, seed: 1);
        int sets = 0;
        for (int round = 0; round < 2; round++)
        {
            batch.Fill(500, ref picker);
            sets += Enumerable.Range(0, 500).Count(batch.IsSet);
        }
        Assert.InRange(sets, least, most);
    }

    [Fact]
    public void Sequential_keys_come_in_order_and_begin_again()
    {
        KeyPicker picker = new(3, sequential: true, seed: 1);
        uint[] keys = new uint[7];
        for (int i = 0; i < keys.Length; i++) keys[i] = picker.NextKey();
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], keys);
    }

    [Fact]
    public void Random_keys_reach_all_of_the_keyspace_and_nothing_beyond()
    {
        KeyPicker picker = new(100, sequential: false, seed: 99);
        HashSet<uint> seen = [];
        for (int i = 0; i < 5000; i++) seen.Add(picker.NextKey());
        Assert.Equal(100, seen.Count);
        Assert.Equal(99u, seen.Max());
    }
}
