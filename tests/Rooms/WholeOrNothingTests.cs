using Pkv.Engine.Records;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Rooms;

/// <summary>
/// Commands of several records where there is room for some of them only: they are refused and have changed nothing; with room they do
/// all that they should.
/// </summary>
public sealed class WholeOrNothingTests(WholeOrNothingTests.SharedServer shared) : IClassFixture<WholeOrNothingTests.SharedServer>
{
    // Of which half fit what is left: some of the open segment, and one slot.
    private const int Elements = 70;

    // More than the rest of the open segment and one slot hold: a string this long may be stored in pieces.
    private const int LargeBytes = 13 << 20;
    private const string Refusal = "-OOM command not allowed when used memory > 'maxmemory'.";
    private static readonly string[] s_keys = ["l", "l2", "s", "s2", "z", "h", "big", "target"];

    public static TheoryData<string> Writes =>
    [
        "COPY s target REPLACE", "RENAME s target", "RENAMENX h new", "MOVE z 1", "COPY big target REPLACE", "SUNIONSTORE target s s2",
        "SDIFFSTORE target s s2", "SINTERSTORE target s s", "ZUNIONSTORE target 1 z", "ZINTERSTORE target 1 z", "ZRANGESTORE target z 0 -1",
        "SORT l BY nosort STORE target", "LMOVE l2 l LEFT RIGHT", "RPOPLPUSH l2 l", "BLMOVE l2 l LEFT RIGHT 1", "BITOP NOT target big",
        "SMOVE s2 s @large", "GEOSEARCHSTORE target z FROMLONLAT 0 0 BYRADIUS 99999 km", "GEORADIUS z 0 0 99999 km STORE target", "RESTORE target 0 @payload REPLACE", "RESTORE target 1000000 @payload REPLACE",
    ];

    public static TheoryData<string> Removals =>
    [
        "SPOP s 69", "SREM s @members", "HDEL h @members", "ZREM z @members", "ZPOPMIN z 69", "ZPOPMAX z 69", "ZREMRANGEBYRANK z 0 -2",
        "ZREMRANGEBYSCORE z 1 69", "ZMPOP 1 z MIN COUNT 69",
    ];

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_write_does_all_or_nothing(string command) => Check(command, left: 1);

    [Theory]
    [MemberData(nameof(Removals))]
    public void A_removal_does_all_or_nothing(string command) => Check(command, left: 0);

    [Fact]
    public void Elements_above_a_slot_find_no_adjacent_slots_and_nothing_happens()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.SendRaw(Wire.Command("RPUSH", "l", Wire.Value(9 << 20, i)));
            Assert.Equal(i + 1, client.Read().Integer);
        }
        client.SendRaw(Wire.Command("SADD", "s", Wire.Value(9 << 20, 7), "small"));
        Assert.Equal(2, client.Read().Integer);
        string[][] commands = [["COPY", "l", "l2"], ["RENAME", "l", "l2"], ["SUNIONSTORE", "t", "s"], ["SORT", "l", "BY", "nosort", "STORE", "t"], ["LMOVE", "l", "l3", "LEFT", "LEFT"]];
        using (PoolRoom room = new(server.Host.State))
        {
            room.LeaveNoneAdjacent();
            foreach (string[] command in commands)
                Assert.Equal(Refusal, client.Call(command).ToString());
            Assert.Equal("*2", $"*{client.Call("KEYS", "*").Items.Count}");
            Assert.Equal(3, client.Call("LLEN", "l").Integer);
        }
        foreach (string[] command in commands.Where(c => c[0] != "RENAME"))
            Wire.Eventually(() => !client.Call(command).IsError, string.Join(' ', command));
        Assert.Equal(2, client.Call("LLEN", "l").Integer);
        Assert.Equal(0, server.Host.State.Threads[0].Effects.Overruns);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(3, again.Call("LLEN", "l2").Integer);
        Assert.Equal(1, again.Call("LLEN", "l3").Integer);
        Assert.Equal(3, again.Call("LLEN", "t").Integer);
        Assert.Equal(2, again.Call("SCARD", "s").Integer);
    }

    private void Check(string line, int left)
    {
        PkvServer server = shared.Server;
        using RespClient client = server.Connect();
        Fill(client);
        byte[] command = Encode(client, line);
        List<string> before = Content(client);
        using (PoolRoom room = new(server.Host.State))
        {
            room.LeaveForWrites(left);
            client.SendRaw(command);
            Assert.Equal(Refusal, client.Read().ToString());
            Assert.Equal(before, Content(client));
        }
        Wire.Eventually(() => Succeeds(client, command), $"{line} finds room");
        Assert.Equal(0, server.Host.State.Threads[0].Effects.Overruns);
        Assert.NotEqual(before, Content(client));
    }

    private static bool Succeeds(RespClient client, byte[] command)
    {
        client.SendRaw(command);
        return !client.Read().IsError;
    }

    private static void Fill(RespClient client)
    {
        Assert.Equal("+OK", client.Call("FLUSHALL").ToString());
        for (int i = 0; i < Elements; i++)
        {
            byte[] value = Wire.Value(130_000, i);
            foreach (object[] add in new object[][] { ["RPUSH", "l", value], ["SADD", "s", value], ["ZADD", "z", $"{i + 1}", value], ["HSET", "h", value, "v"] })
            {
                client.SendRaw(Wire.Command(add));
                Assert.False(client.Read().IsError);
            }
        }
        byte[] large = Wire.Value(LargeBytes, 1000);
        foreach (object[] add in new object[][] { ["RPUSH", "l2", large], ["SADD", "s2", large, "x"], ["SET", "big", large], ["SET", "target", "old", "EX", "10000"] })
        {
            client.SendRaw(Wire.Command(add));
            Assert.False(client.Read().IsError);
        }
    }

    // @members: all elements but the first; @large: the large member of s2; @payload: what DUMP tells of s.
    private static byte[] Encode(RespClient client, string line)
    {
        List<object> arguments = [];
        foreach (string word in line.Split(' '))
        {
            if (word == "@members")
                arguments.AddRange(Enumerable.Range(1, Elements - 1).Select(i => Wire.Value(130_000, i)));
            else if (word == "@large")
                arguments.Add(Wire.Value(LargeBytes, 1000));
            else if (word == "@payload")
                arguments.Add(client.Call("DUMP", "s").Bytes);
            else
                arguments.Add(word);
        }
        return Wire.Command([.. arguments]);
    }

    // What each key holds, but for the order of sets and hashes.
    private static List<string> Content(RespClient client)
    {
        // All at once: where there is no room, the server looks for some in each turn.
        string[][] looks = [.. s_keys.SelectMany(key => new string[][]
        {
            ["TYPE", key], ["TTL", key], ["GET", key], ["LRANGE", key, "0", "-1"], ["SMEMBERS", key], ["ZRANGE", key, "0", "-1", "WITHSCORES"], ["HGETALL", key],
        }), ["DBSIZE"]];
        client.SendRaw(looks.SelectMany(RespClient.Encode).ToArray());
        return [.. looks.Select(look => $"{string.Join(' ', look)} {Digest(client.Read(), look[0])}")];
    }

    private static string Digest(RespNode value, string command)
    {
        if (command == "TTL")
            return value.Integer >= 0 ? "0 or more" : value.ToString();
        IEnumerable<byte[]> parts = value.Kind == '*' ? value.Items.Select(i => i.Bytes) : [value.Bytes];
        IEnumerable<string> digests = parts.Select(p => $"{p.Length}:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(p))[..8]}");
        return string.Join(',', command is "SMEMBERS" or "HGETALL" ? digests.Order() : digests);
    }

    /// <summary>One server for all commands, each of which begins with an empty keyspace.</summary>
    public sealed class SharedServer : IDisposable
    {
        public PkvServer Server { get; } = PkvServer.InProcess("--pool-size", "256mb");

        public void Dispose() => Server.Dispose();
    }
}
