using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pkv.Engine.Keyspace;
using Pkv.Resp;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Keyspace;

/// <summary>The index against a dictionary, under random operations; what it costs.</summary>
public sealed unsafe class StripeIndexTests
{
    [Theory]
    [InlineData(12, 2000)]
    [InlineData(300, 300)]
    [InlineData(5000, 40)]
    public void The_index_does_what_a_dictionary_does(int keys, int runs)
    {
        Gen<int[]> operations = Gen.Choose(0, keys * 16 - 1).ArrayOf(Math.Min(keys * 6, 20_000));
        Prop.ForAll(operations.ToArbitrary(), ops => Play(keys, ops)).Check(Config.QuickThrowOnFailure.WithMaxTest(runs / 10));
    }

    [Fact]
    public void Keys_that_share_a_bucket_overflow_and_are_all_found()
    {
        // Every other key is removed and put back, so that freed overflow buckets are used again.
        int[] ops = [.. Enumerable.Range(0, 20_000).Select(i => i), .. Enumerable.Range(0, 10_000).Select(i => i * 2 + 20_000 * 5), .. Enumerable.Range(0, 20_000).Select(i => i)];
        Play(20_000, ops);
    }

    [Fact]
    public void A_million_keys_take_at_most_24_bytes_of_index_each()
    {
        const int count = 1_000_000, batch = 10_000;
        using PkvServer server = new();
        using RespClient client = server.Connect();
        KeyspaceState keyspace = server.Host.State.Keyspace;
        long before = keyspace.IndexBytes, worst = 0;
        for (int from = 0; from < count; from += batch)
        {
            StringBuilder commands = new();
            for (int i = from; i < from + batch; i++)
                commands.Append($"*3\r\n$3\r\nSET\r\n$11\r\nkey:{i:d7}\r\n$1\r\nv\r\n");
            Thread sending = new(() => client.SendRaw(Encoding.ASCII.GetBytes(commands.ToString())));
            sending.Start();
            for (int i = 0; i < batch; i++)
                Assert.Equal('+', client.Read().Kind);
            sending.Join();
            if (from >= count / 2)
                worst = Math.Max(worst, (keyspace.IndexBytes - before) / (from + batch));
        }
        Assert.Equal(count, keyspace[0].KeyCount);
        Assert.InRange(worst, 8, 24);
        Wire.AssertBulk("v"u8.ToArray(), client.Call("GET", "key:0765432"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void What_another_thread_is_changing_is_prefetched_all_the_same(uint buckets)
    {
        // In the middle of a flush, and of the first key that comes: counts that have no buckets.
        Stripe stripe = new() { Count = 3, BucketCount = buckets };
        for (ulong hash = 0; hash < 64; hash++)
            StripeIndex.Prefetch(&stripe, hash << Database.StripeBits);
        Assert.True(stripe.IsFree);
    }

    // One operation is a number: which key, and what is done to it.
    private static void Play(int keys, int[] ops)
    {
        byte* pool = (byte*)NativeMemory.AllocZeroed((nuint)(ops.Length + 2) * 64);
        Stripe* stripe = (Stripe*)NativeMemory.AlignedAlloc(Stripe.SizeBytes, 64);
        *stripe = default;
        Dictionary<int, (ulong Address, long ExpiryMs)> model = [];
        try
        {
            ulong next = 64;
            foreach (int op in ops)
            {
                Apply(stripe, pool, model, op % keys, op / keys, ref next);
                if (model.Count < 20)
                    Check(stripe, pool, model, keys);
            }
            Check(stripe, pool, model, keys);
        }
        finally
        {
            StripeIndex.Clear(stripe);
            NativeMemory.AlignedFree(stripe);
            NativeMemory.Free(pool);
        }
    }

    private static void Apply(Stripe* stripe, byte* pool, Dictionary<int, (ulong Address, long ExpiryMs)> model, int key, int action, ref ulong next)
    {
        byte* cell = pool + next;
        byte[] name = Name(key);
        fixed (byte* p = name)
            BulkString.WriteBulk(cell, p, name.Length);
        byte* data = BulkString.Data(cell, out int length);
        ulong hash = KeyHash.Of(data, length);
        ulong* slot = StripeIndex.Find(stripe, hash, data, length, pool);
        Assert.Equal(model.ContainsKey(key), slot != null);
        switch (action)
        {
            case 0 or 1 or 2 or 3 or 4:
                long expiry = action >= 3 ? key * 1000L + action : -1;
                if (slot == null)
                    StripeIndex.Insert(stripe, hash, ValueKind.String, next, expiry, 3, pool);
                else
                    StripeIndex.Update(stripe, slot, ValueKind.StringAfterGap, next, expiry, 5);
                model[key] = (next, expiry);
                next += 64;
                break;
            case 15 when key == 0:
                StripeIndex.Clear(stripe);
                model.Clear();
                break;
            default:
                if (slot != null)
                    StripeIndex.Remove(stripe, slot);
                model.Remove(key);
                break;
        }
    }

    private static void Check(Stripe* stripe, byte* pool, Dictionary<int, (ulong Address, long ExpiryMs)> model, int keys)
    {
        Assert.Equal(model.Count, (int)stripe->Count);
        Assert.Equal(model.Values.Count(v => v.ExpiryMs >= 0), (int)stripe->VolatileCount);
        for (int key = 0; key < keys; key++)
        {
            byte[] name = Name(key);
            fixed (byte* p = name)
            {
                ulong hash = KeyHash.Of(p, name.Length);
                ulong* slot = StripeIndex.Find(stripe, hash, p, name.Length, pool);
                Assert.Equal(model.ContainsKey(key), slot != null);
                ulong address = model.GetValueOrDefault(key).Address;
                Assert.True(StripeIndex.FindAt(stripe, hash, address + 1) == null);
                if (slot == null)
                    continue;
                Assert.True(StripeIndex.FindAt(stripe, hash, address) == slot);
                Assert.Equal(model[key], (StripeIndex.AddressOf(stripe, *slot), StripeIndex.ExpiryOf(stripe, *slot)));
            }
        }
        Span<ulong> slots = new ulong[model.Count + 1];
        int seen = 0;
        for (uint bucket = 0; bucket < StripeIndex.BucketCount(stripe); bucket++)
            seen += StripeIndex.ReadBucket(stripe, bucket, slots);
        Assert.Equal(model.Count, seen);
    }

    private static byte[] Name(int key) => Encoding.ASCII.GetBytes(key % 7 == 0 ? $"more than sixteen bytes {key}" : $"k{key}");
}
