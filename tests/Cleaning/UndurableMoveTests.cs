using System.Text;
using Pkv.Engine.Keyspace;
using Pkv.Persistence.Segments;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// While its stripe has something that no sync has seen, a record is moved as it was, under its old number; what acted on it
/// later in the same segment (an expiry change, an exchange of databases) must not be dropped then, although nothing older is left.
/// </summary>
[Collection("Crash")]
public sealed class UndurableMoveTests
{
    private const int Kept = 500;
    private const int Fillers = 6000;
    private const int BigBytes = 1_500_000;
    private const long Expiry = 4_000_000_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_acts_on_a_record_from_within_its_segment_is_not_lost(bool swaps)
    {
        // Synced once a second, and by the cleaner: what is written in between is not durable.
        using PkvServer server = PkvServer.In(AppContext.BaseDirectory, isChild: false, "--pool-size", "128mb", "--appendfsync", "everysec");
        using (RespClient client = server.Connect())
        {
            FillOneSegment(client, swaps);
            // Each database has stripes of its own.
            client.Call("SELECT", swaps ? "1" : "0");
            Segment segment = SegmentOf(server, swaps ? 1 : 0, "kept:0");
            for (int round = 0; round < 2; round++)
                Overwrite(client);
            Wire.Eventually(() => segment.IsClosed && segment.TombstoneBound != 0, () => "the segment is closed");
            // What else was there then is fillers: nothing that this segment tells acts on them.
            segment.TombstoneBound = 1;
            // The keeper has ranked it before: it must not be taken by what was known then.
            Wire.Eventually(() => segment.DropsTombstones, () => "the keeper has looked at it");
            // All stripes are written to all the time.
            for (int round = 0; round < 12 && !segment.IsEmptied; round++)
            {
                client.Call("BGREWRITEAOF");
                Overwrite(client);
            }
            Assert.True(segment.DropsTombstones);
            Assert.NotEqual(0, ChurnTests.Info(client, "cleaner_segments"));
        }
        server.Restart();
        using RespClient again = server.Connect();
        if (swaps)
            again.Call("SELECT", "1");
        for (int i = 0; i < Kept; i++)
        {
            Assert.Equal($"value {i}", again.Call("GET", $"kept:{i}").Text);
            Assert.Equal($"value {i}", again.Call("HGET", $"hash:{i}", "field").Text);
            Assert.Equal(swaps ? -1 : Expiry + i, again.Call("PEXPIRETIME", $"kept:{i}").Integer);
            Assert.Equal(swaps ? -1 : Expiry + i, again.Call("PEXPIRETIME", $"hash:{i}").Integer);
        }
    }

    // What EXEC runs is copied to the segment that changes of expiry and exchanges of databases are logged to.
    private static void FillOneSegment(RespClient client, bool swaps)
    {
        List<string[]> commands = [["MULTI"]];
        for (int i = 0; i < Kept; i++)
        {
            commands.Add(["SET", $"kept:{i}", $"value {i}"]);
            commands.Add(["HSET", $"hash:{i}", "field", $"value {i}"]);
            if (swaps)
                continue;
            commands.Add(["PEXPIREAT", $"kept:{i}", $"{Expiry + i}"]);
            commands.Add(["PEXPIREAT", $"hash:{i}", $"{Expiry + i}"]);
        }
        commands.Add(["SET", "big", new string('b', BigBytes)]);
        commands.Add(["EXEC"]);
        client.Pipeline(commands);
        if (swaps)
            client.Call("SWAPDB", "0", "1");
        // Another one is opened, so that the first is closed.
        for (int i = 0; i < 3; i++)
            client.Pipeline([["MULTI"], ["SET", "next", new string('n', BigBytes)], ["EXEC"]]);
        client.Call("DEL", "next");
    }

    private static unsafe Segment SegmentOf(PkvServer server, int database, string key)
    {
        byte[] name = Encoding.ASCII.GetBytes(key);
        fixed (byte* data = name)
        {
            ulong hash = KeyHash.Of(data, name.Length);
            Stripe* stripe = server.Host.State.Keyspace[database].StripeOf(hash);
            ulong* slot = StripeIndex.Find(stripe, hash, data, name.Length, server.Host.State.Keyspace.PoolBase);
            return server.Host.State.Pool.SegmentAt((long)StripeIndex.AddressOf(stripe, *slot))!;
        }
    }

    // Always in the same order, so that whole segments die and nothing of them is moved.
    private static void Overwrite(RespClient client)
    {
        string value = new((char)('a' + Random.Shared.Next(26)), 4000);
        for (int i = 0; i < Fillers; i += 100)
        {
            foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(i, 100).Select(n => new[] { "SET", $"filler:{n}", value })]))
                Assert.False(reply.IsError, reply.ToString());
        }
    }
}
