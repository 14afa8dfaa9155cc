using System.Text;
using Pkv.Persistence.Format;
using Pkv.Server.Net;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>
/// What large commands hold while they are being received: clients that announce much and send little leave room for the
/// others, in the pool and outside it; who sends slowly is served all the same.
/// </summary>
public sealed class ClaimTests
{
    private static readonly string s_value = new('x', 100_000);

    [Theory]
    [InlineData(3_000_000, 100, "64mb", "2")]
    [InlineData(65_536, 400, "64mb", "2")]
    [InlineData(500_000_000, 10, "128mb", "1")]
    [InlineData(3_000_000, 30, "32mb", "1")]
    public void Clients_that_announce_values_and_send_nothing_leave_room_for_the_others(int bytes, int count, string size, string threads)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", size, "--io-threads", threads);
        using RespClient other = server.Connect();
        Assert.Equal("+OK", other.Call("SET", "kept", "value").ToString());
        List<RespClient> idle = Announce(server, count, $"*3\r\n$3\r\nSET\r\n$1\r\na\r\n${bytes}\r\nx");
        ClaimLimit limit = server.Host.State.ClaimLimit;
        Assert.InRange(limit.HeldBytes, 0, server.Host.State.Pool.MaxSlots * (long)PoolHeader.SlotBytes / 4);
        Assert.InRange(limit.OutsideBytes, 0, count * (long)LargeReceive.MinOutsideBytes);
        Overwrite(server, other, pools: 2);
        Assert.Equal(":1", other.Call("DEL", "k1").ToString());
        Assert.Equal("$value", other.Call("GET", "kept").ToString());
        Assert.Equal("+OK", other.Call("FLUSHALL").ToString());
        Overwrite(server, other, pools: 1);
        Assert.InRange(limit.OutsideBytes, 0, count * (long)LargeReceive.MinOutsideBytes);
        Leave(server, idle);
        Overwrite(server, other, pools: 1);
    }

    [Theory]
    [InlineData("*1000000\r\n$4\r\nMSET\r\n$1\r\na\r\n$200000\r\nx")]
    [InlineData("*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$200000\r\nx")]
    [InlineData("*2\r\n$3\r\nGET\r\n$4000000\r\nx")]
    [InlineData("*3\r\n$5\r\nRPUSH\r\n$2000\r\nx")]
    public void Every_kind_of_unfinished_command_leaves_room_for_the_others(string unfinished)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "64mb", "--io-threads", "2");
        using RespClient other = server.Connect();
        List<RespClient> idle = Announce(server, 150, unfinished);
        Overwrite(server, other, pools: 2);
        Leave(server, idle);
        Overwrite(server, other, pools: 1);
    }

    [Fact]
    public void Small_claims_in_many_segments_do_not_keep_them()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "96mb", "--io-threads", "2");
        using RespClient other = server.Connect();
        List<RespClient> idle = [];
        // Each in a segment of its own, which is full soon after.
        for (int i = 0; i < 60; i++)
        {
            idle.AddRange(Announce(server, 2, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4000\r\nx", idle.Count));
            for (int j = 0; j < 30; j++)
                Assert.Equal("+OK", other.Call("SET", $"k{j}", s_value).ToString());
        }
        Leave(server, idle);
    }

    [Fact]
    public void Slow_uploads_of_many_clients_all_arrive_while_others_write()
    {
        const int clients = 40, bytes = 700_000, pieces = 7;
        using PkvServer server = PkvServer.InProcess("--pool-size", "128mb", "--io-threads", "2");
        using (RespClient other = server.Connect())
        {
            RespClient[] all = [.. Enumerable.Range(0, clients).Select(_ => server.Connect())];
            byte[][] commands = [.. Enumerable.Range(0, clients).Select(i => Wire.Command("SET", $"slow{i}", Wire.Value(bytes, i)))];
            bool wereClaims = false, wereOutside = false;
            for (int piece = 0; piece < pieces; piece++)
            {
                for (int i = 0; i < clients; i++)
                {
                    int from = commands[i].Length * piece / pieces;
                    all[i].SendRaw(commands[i].AsSpan(from, commands[i].Length * (piece + 1) / pieces - from));
                    Assert.Equal("+OK", other.Call("SET", $"k{i}", s_value).ToString());
                }
                wereClaims |= server.Host.State.ClaimLimit.HeldBytes > 0;
                wereOutside |= server.Host.State.ClaimLimit.OutsideBytes > 0;
            }
            Assert.True(wereClaims && wereOutside, "commands are received in the pool and outside it");
            for (int i = 0; i < clients; i++)
                Assert.Equal("+OK", all[i].Read().ToString());
            Check(other);
            foreach (RespClient client in all)
                client.Dispose();
        }
        server.Restart();
        using RespClient again = server.Connect();
        Check(again);

        static void Check(RespClient client)
        {
            for (int i = 0; i < clients; i++)
                Wire.AssertBulk(Wire.Value(bytes, i), client.Call("GET", $"slow{i}"));
        }
    }

    [Fact]
    public void A_command_that_had_to_leave_the_pool_half_received_goes_on()
    {
        const int clients = 6;
        using PkvServer server = PkvServer.InProcess("--pool-size", "64mb", "--io-threads", "2");
        using RespClient other = server.Connect();
        RespClient[] all = [.. Enumerable.Range(0, clients).Select(_ => server.Connect())];
        byte[][] commands = [.. Enumerable.Range(0, clients).Select(i => Wire.Command("MSET", $"a{i}", Wire.Value(90_000, i), $"b{i}", Wire.Value(400_000 + i, i)))];
        for (int i = 0; i < clients; i++)
            all[i].SendRaw(commands[i].AsSpan(0, 150_000 + 60_000 * i));
        ClaimLimit limit = server.Host.State.ClaimLimit;
        Wire.Eventually(() => limit.HeldBytes > 0, "the commands are received in the pool");
        Wire.Eventually(() => server.Host.State.Clients.Snapshot().Count(c => c.Large.IsActive) == clients, "all have begun");
        // As much lives as the pool takes, less a tenth, and is overwritten again and again: the pool is short of room.
        int stored = 0, written = 0;
        while (!other.Call("SET", $"k{stored}", s_value).IsError)
            Assert.True(stored++ < 2000, "the pool is never full");
        int keys = stored * 9 / 10;
        for (int i = keys; i < stored; i++)
            Assert.Equal(":1", other.Call("DEL", $"k{i}").ToString());
        Wire.Eventually(() => !other.Call("SET", $"k{written++ % keys}", s_value).IsError && limit.HeldBytes == 0,
            () => $"the claims give way: {limit.HeldBytes} bytes held, {written} written, {server.Host.State.Pool.FreeSlots} slots free");
        for (int i = 0; i < keys; i++)
            Assert.Equal(":1", other.Call("DEL", $"k{i}").ToString());
        Assert.Equal(clients, server.Host.State.Clients.Snapshot().Count(c => c.Large is { IsActive: true, Segment: null }));
        for (int i = 0; i < clients; i++)
        {
            all[i].SendRaw(commands[i].AsSpan(150_000 + 60_000 * i));
            Assert.Equal("+OK", all[i].Read().ToString());
            Wire.AssertBulk(Wire.Value(90_000, i), other.Call("GET", $"a{i}"));
            Wire.AssertBulk(Wire.Value(400_000 + i, i), other.Call("GET", $"b{i}"));
            all[i].Dispose();
        }
        Assert.Equal(0, limit.OutsideBytes);
    }

    [Theory]
    [InlineData("64mb", 1, 12_000_000)]
    [InlineData("64mb", 3, 3_000_000)]
    [InlineData("256mb", 1, 40_000_000)]
    public void Values_larger_than_a_client_may_claim_arrive_whole(string size, int count, int bytes)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", size, "--io-threads", "1");
        object[] arguments = ["MSET", .. Enumerable.Range(0, count).SelectMany(i => new object[] { $"m{i}", Wire.Value(bytes, i) })];
        using (RespClient client = server.Connect())
        {
            byte[] command = Wire.Command(arguments);
            client.SendRaw(command.AsSpan(0, 1000));
            Wire.Eventually(() => server.Host.State.ClaimLimit.OutsideBytes > 0 || count > 1, "it is received outside the pool");
            client.SendRaw(command.AsSpan(1000));
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("+PONG", client.Call("PING").ToString());
            Assert.Equal(0, server.Host.State.ClaimLimit.HeldBytes + server.Host.State.ClaimLimit.OutsideBytes);
        }
        server.Restart();
        using RespClient again = server.Connect();
        for (int i = 0; i < count; i++)
            Wire.AssertBulk(Wire.Value(bytes, i), again.Call("GET", $"m{i}"));
    }

    [Fact]
    public void The_slots_that_a_client_claimed_and_left_go_to_others()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb", "--io-threads", "1");
        using RespClient other = server.Connect();
        Assert.Equal("+OK", other.Call("SET", "key", "value").ToString());
        List<RespClient> idle = Announce(server, 1, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$20000000\r\nx");
        Assert.InRange(server.Host.State.Pool.UsedSlots, 6, 8);
        Leave(server, idle);
        Wire.Eventually(() => server.Host.State.Pool.UsedSlots <= 2, "the slots are free again");
        Assert.Equal("+OK", other.Call("SET", "other", s_value).ToString());
        Assert.Equal("$value", other.Call("GET", "key").ToString());
    }

    // Clients that have sent this and wait.
    private static List<RespClient> Announce(PkvServer server, int count, string unfinished, int before = 0)
    {
        List<RespClient> clients = [];
        for (int i = 0; i < count; i++)
        {
            clients.Add(server.Connect());
            clients[i].SendRaw(Encoding.Latin1.GetBytes(unfinished));
        }
        Wire.Eventually(() => server.Host.State.Clients.Snapshot().Count(c => c.Large.IsActive) == before + count, "all announcements are seen");
        return clients;
    }

    private static void Leave(PkvServer server, List<RespClient> clients)
    {
        clients.ForEach(c => c.Dispose());
        ClaimLimit limit = server.Host.State.ClaimLimit;
        Wire.Eventually(() => limit.HeldBytes == 0 && limit.OutsideBytes == 0, "everything claimed is given back");
        Assert.All(server.Host.State.Pool.Snapshot(), s => Assert.Equal(0, s.Reservations));
    }

    // Writes the pool's size so many times over, a twentieth of it live: nothing is refused.
    private static void Overwrite(PkvServer server, RespClient client, int pools)
    {
        long slots = server.Host.State.Pool.MaxSlots, writes = pools * slots * PoolHeader.SlotBytes / s_value.Length;
        for (int i = 0; i < writes; i++)
            Assert.Equal("+OK", client.Call("SET", $"k{i % (2 * slots)}", s_value).ToString());
    }
}
