using Pkv.Engine.Commands.HyperLogLogs;
using Pkv.Tests.Rooms;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.HyperLogLogs;

/// <summary>Documented answers, the frozen bytes of values, what is logged, and what survives.</summary>
public sealed class HyperLogLogTests
{
    [Fact]
    public void Examples_of_the_documentation()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect();
        Assert.Equal(1, client.Call("PFADD", "hll", "a", "b", "c", "d", "e", "f", "g").Integer);
        Assert.Equal(7, client.Call("PFCOUNT", "hll").Integer);
        Assert.Equal(1, client.Call("PFADD", "hll1", "foo", "bar", "zap", "a").Integer);
        Assert.Equal(1, client.Call("PFADD", "hll2", "a", "b", "c", "foo").Integer);
        Assert.Equal("OK", client.Call("PFMERGE", "hll3", "hll1", "hll2").Text);
        Assert.Equal(6, client.Call("PFCOUNT", "hll3").Integer);
        Assert.Equal(6, client.Call("PFCOUNT", "hll1", "hll2").Integer);
        Assert.Equal("OK", client.Call("PFSELFTEST").Text);
    }

    // Another server may have written these: they may never change.
    [Theory]
    [InlineData("", "48594C4C0100000000000000000000807FFF")]
    [InlineData("a", "48594C4C01000000000000000000008071A6844E57")]
    [InlineData("foo bar zap a", "48594C4C0100000000000000000000805CB3904207844858804A8E844E57")]
    public void Bytes_are_frozen(string elements, string expected)
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect();
        client.Call(["PFADD", "p", .. elements.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(expected, Convert.ToHexString(client.Call("GET", "p").Bytes));
    }

    [Fact]
    public void A_register_keeps_the_largest_value()
    {
        Sketch sketch = Sketch.New(new byte[Sketch.BufferBytes], 3000);
        byte[] largest = new byte[HyperLogLogFormat.Registers];
        Random random = new(7);
        bool changed = false;
        for (int i = 0; i < 20_000; i++)
        {
            int register = random.Next(largest.Length);
            byte value = (byte)random.Next(1, i % 1000 == 999 ? 52 : 12);
            changed = false;
            Assert.True(sketch.TryRaise(register, value, ref changed));
            Assert.Equal(value > largest[register], changed);
            largest[register] = Math.Max(largest[register], value);
            if (i % 500 == 0)
                Assert.Equal(largest, RegistersOf(sketch));
        }
        Assert.Equal(HyperLogLogEncoding.Dense, sketch.Encoding);
        Assert.Equal(largest, RegistersOf(sketch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7FFE")]
    [InlineData("7FFF00")]
    [InlineData("7F")]
    [InlineData("80")]
    public void Runs_that_do_not_cover_all_registers_are_corrupt(string runs)
    {
        byte[] bytes = Convert.FromHexString(runs);
        Assert.False(SparseRegisters.TryMergeInto(bytes, new byte[HyperLogLogFormat.Registers]));
        Assert.False(SparseRegisters.TryAddTo(bytes, new int[CardinalityEstimate.HistogramSize]));
    }

    [Fact]
    public void A_dense_one_logs_its_changed_registers_only()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient client = server.Connect();
        client.Call(["PFADD", "p", .. Enumerable.Range(0, 3000).Select(i => $"{i}")]);
        Assert.Equal("dense", client.Call("PFDEBUG", "ENCODING", "p").Text);
        client.Call("PFADD", "p", "once more");
        long before = server.Host.State.Threads[0].Log.BytesCommitted;
        for (int i = 0; i < 100; i++)
            client.Call("PFADD", "p", $"other {i}");
        Assert.InRange(server.Host.State.Threads[0].Log.BytesCommitted - before, 1, 100 * 1000);
        before = server.Host.State.Threads[0].Log.BytesCommitted;
        for (int i = 0; i < 100; i++)
            Assert.Equal(0, client.Call("PFADD", "p", $"other {i}").Integer);
        Assert.Equal(before, server.Host.State.Threads[0].Log.BytesCommitted);
    }

    [Fact]
    public void Counts_and_registers_survive_a_kill()
    {
        using PkvServer server = PkvServer.Child();
        Random random = new(3);
        string[] keys = ["p", "q", "r"];
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 3000; i++)
            {
                string key = keys[random.Next(keys.Length)];
                _ = random.Next(8) switch
                {
                    0 => client.Call("PFCOUNT", key),
                    1 when i % 50 == 0 => client.Call("PFMERGE", key, keys[random.Next(keys.Length)]),
                    _ => client.Call(["PFADD", key, .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{random.Next(100_000)}")]),
                };
            }
            foreach (string key in keys)
                client.Call("PFCOUNT", key);
        }
        string[] before = Values();
        server.Kill();
        server.Start();
        Assert.Equal(before, Values());

        string[] Values()
        {
            using RespClient client = server.Connect();
            return [.. keys.Select(key => Convert.ToHexString(client.Call("GET", key).Bytes))];
        }
    }

    // A count that cannot be cached for want of room is told all the same.
    [Fact]
    public void A_full_pool_counts()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb", "--io-threads", "1");
        using RespClient client = server.Connect();
        client.Call("PFADD", "p", "a", "b", "c");
        client.Call(["PFADD", "q", .. Enumerable.Range(0, 3000).Select(i => $"{i}")]);
        long expected = client.Call("PFCOUNT", "none", "q").Integer;
        byte[] before = client.Call("GET", "q").Bytes;
        using (PoolRoom room = new(server.Host.State))
        {
            room.LeaveForWrites(0);
            foreach (int bytes in new[] { 500_000, 10_000, 1000, 1 })
            {
                for (int i = 0; !client.Call("APPEND", $"filler {bytes} {i}", new string('x', bytes)).IsError; i++)
                {
                }
            }
            Assert.True(client.Call("PFADD", "p", "d").IsError);
            Assert.True(client.Call("PFMERGE", "p", "q").IsError);
            Assert.True(client.Call("GEOADD", "g", "1", "2", "m").IsError);
            Assert.Equal(3, client.Call("PFCOUNT", "p").Integer);
            Assert.Equal(expected, client.Call("PFCOUNT", "q").Integer);
            Assert.Equal(before, client.Call("GET", "q").Bytes);
        }
        Assert.Equal(expected, client.Call("PFCOUNT", "q").Integer);
        Assert.NotEqual(before, client.Call("GET", "q").Bytes);
        Assert.Equal(0, server.Host.State.Threads[0].Effects.Overruns);
    }

    private static byte[] RegistersOf(in Sketch sketch)
    {
        byte[] values = new byte[HyperLogLogFormat.Registers];
        ReadOnlySpan<byte> registers = sketch.Bytes[HyperLogLogFormat.HeaderBytes..];
        if (sketch.Encoding == HyperLogLogEncoding.Dense)
            DenseRegisters.MergeInto(registers, values);
        else
            Assert.True(SparseRegisters.TryMergeInto(registers, values));
        return values;
    }
}
