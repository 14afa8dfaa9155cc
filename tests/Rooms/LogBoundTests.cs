using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Bounds;
using Pkv.Engine.Records;
using Pkv.Engine.Table;
using Pkv.Persistence.Log;
using Pkv.Server.Administration;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Rooms;

/// <summary>
/// The table of what limits a command's records, against every command that writes: in a transaction each finds all the room that it
/// needs prepared.
/// </summary>
public sealed class LogBoundTests(WholeOrNothingTests.SharedServer shared) : IClassFixture<WholeOrNothingTests.SharedServer>
{
    // "@700" is a value of 700 bytes, "@700:a" another one.
    private static readonly string[] s_samples =
    [
        "SET str @700", "SET str @700 KEEPTTL", "SETNX new @700", "SETEX str 100 @700", "PSETEX str 100000 @700", "MSET str @700 new @900", "MSETNX new @700 new2 @900",
        "GETSET str @700", "APPEND str @700", "SETRANGE str 50000 @10", "SETBIT str 800000 1", "BITFIELD str SET u8 #90000 3 OVERFLOW SAT INCRBY i16 50 7",
        "INCR n", "DECR n", "INCRBY n 5", "DECRBY n 5", "INCRBYFLOAT n 1e4000", "GETDEL str", "GETEX str EX 100", "BITOP OR new str str2",
        "HSET h new @700 new2 @900", "HMSET h new @700", "HSETNX h new @700", "HINCRBY h n 5", "HINCRBYFLOAT h n 1e4000", "HDEL h @310:0 @310:1",
        "SADD s @700:x @900:y", "SREM s @310:0 @310:1", "SMOVE s s2 @310:2", "SPOP s", "SPOP s 7", "SPOP s 100", "SUNIONSTORE new s s2", "SINTERSTORE new s s",
        "SDIFFSTORE new s s2", "LPUSH l @700 @900", "RPUSH l @700", "LPUSHX l @700", "RPUSHX l @700", "LPOP l", "RPOP l 5", "LMPOP 1 l LEFT COUNT 3", "LSET l 1 @900",
        "LREM l 0 @310:3", "LTRIM l 1 -3", "LINSERT l BEFORE @310:5 @800", "LMOVE l l2 LEFT RIGHT", "RPOPLPUSH l l2", "RPOPLPUSH l l", "BLPOP l 1", "BRPOP l 1", "BLMPOP 1 1 l LEFT",
        "BLMOVE l l2 LEFT RIGHT 1", "BRPOPLPUSH l l2 1", "ZADD z 1 @700:x 2 @900:y", "ZADD z CH 1 @700:x 2 @900:y", "ZADD z GT CH 100 @310:0 200 @310:1", "ZINCRBY z 5 @310:0",
        "ZREM z @310:0 @310:1", "ZPOPMIN z", "ZPOPMAX z 9", "ZMPOP 1 z MIN COUNT 4", "BZPOPMIN z 1", "BZPOPMAX z 1", "BZMPOP 1 1 z MIN", "ZREMRANGEBYRANK z 0 5",
        "ZREMRANGEBYSCORE z 1 5", "ZREMRANGEBYLEX z - +", "ZUNIONSTORE new 2 z s", "ZINTERSTORE new 2 z s", "ZDIFFSTORE new 2 z s2", "ZRANGESTORE new z 0 -1",
        "DEL str l s z h", "UNLINK str l", "EXPIRE s 100", "PEXPIRE s 100000", "EXPIREAT s 9999999999", "PEXPIREAT s 9999999999999", "PERSIST brief", "RENAME l new", "RENAMENX z new",
        "COPY s new", "COPY h new DB 2", "COPY str new REPLACE", "MOVE z 3", "SORT l BY nosort STORE new", "SORT s ALPHA DESC STORE new", "RESTORE new 0 @dump", "RESTORE new 100 @dump",
        "PFADD new a b c", "PFADD p a b c", "PFADD dense a b c", "PFCOUNT p", "PFCOUNT dense", "PFMERGE new p dense", "PFMERGE p dense", "PFDEBUG GETREG p", "PFDEBUG TODENSE p",
        "GEOADD z 13 38 @700:x 14 38 @900:y", "GEOADD z CH 13 38 @310:0", "GEOADD new 13 38 a", "GEORADIUS z 0 0 99999 km STORE new", "GEORADIUSBYMEMBER z @310:0 99999 km STOREDIST new",
        "GEOSEARCHSTORE new z FROMLONLAT 0 0 BYRADIUS 99999 km", "GEOSEARCHSTORE new z FROMLONLAT 0 0 BYBOX 99999 99999 km STOREDIST",
        "XADD x 9-1 f @700:x", "XADD x * f @700", "XADD x MAXLEN 2 * f @900", "XADD new 1-* f @700 g @900", "XADD x MINID 3 8-* f v", "XDEL x 1-1 2-1", "XTRIM x MAXLEN 1", "XSETID x 9-9",
        "COPY x new", "RENAME x new",
        "FLUSHDB", "FLUSHALL", "SWAPDB 0 1",
    ];

    public static TheoryData<string> Samples => [.. s_samples];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_command_of_a_transaction_logs_no_more_than_its_bound(string sample)
    {
        PkvServer server = shared.Server;
        using RespClient client = server.Connect();
        AppendLog effects = server.Host.State.Threads[0].Effects;
        for (int round = 0; round < 4; round++)
        {
            Fill(client);
            byte[] dump = client.Call("DUMP", "l").Bytes;
            client.Call("MULTI");
            int times = round % 2 == 0 ? 1 : 3;
            for (int i = 0; i < times; i++)
                Assert.Equal("+QUEUED", Send(client, sample, dump).ToString());
            // What depends on keys has all commands looked at; what the ones before have added counts.
            if (round >= 2)
                Send(client, "COPY l l3");
            if (round == 3)
                Send(client, "COPY new new3");
            RespNode reply = client.Call("EXEC");
            Assert.False(reply.IsError, $"{reply}");
            Assert.False(reply.Items[0].IsError, $"{reply.Items[0]}");
            Assert.Equal(0, effects.Overruns);
            Assert.False(effects.IsPrepared);
        }
    }

    [Fact]
    public void Every_command_that_writes_has_a_sample()
    {
        CommandBinding?[] bindings = ServerBindings.Build();
        HashSet<string> tried = [.. s_samples.Select(s => s.Split(' ')[0].ToLowerInvariant())];
        IEnumerable<string> missing = CommandTable.All.Where(spec => bindings[spec.Index] is not null && spec.Flags.HasFlag(CommandFlags.Write) && !tried.Contains(spec.Name))
            .Select(spec => spec.Name);
        Assert.Empty(missing);
    }

    [Fact]
    public void What_only_removes_may_use_the_room_that_is_kept_for_it()
    {
        Assert.True(LogBounds.OnlyRemoves(CommandTable.Find("spop"u8)!));
        Assert.True(LogBounds.OnlyRemoves(CommandTable.Find("del"u8)!));
        Assert.False(LogBounds.OnlyRemoves(CommandTable.Find("rename"u8)!));
        Assert.False(LogBounds.OnlyRemoves(CommandTable.Find("set"u8)!));
        Assert.False(LogBounds.OnlyRemoves(CommandTable.Find("lmove"u8)!));
    }

    private static void Fill(RespClient client)
    {
        client.Call("FLUSHALL");
        foreach (string line in new[] { "SET str @3000", "SET str2 @2000", "SET n 5", "HSET h n 5", "SADD s2 x", "RPUSH l2 x", "SET brief x EX 1000", "PFADD p x y", "PFADD dense x y", "PFDEBUG TODENSE dense" })
            Send(client, line);
        for (int i = 0; i < 8; i++)
        {
            foreach (string line in new[] { $"XADD x {i + 1}-1 f @310:{i}", $"RPUSH l @310:{i}", $"SADD s @310:{i}", $"ZADD z {i} @310:{i}", $"HSET h @310:{i} @100:{i}" })
                Assert.False(Send(client, line).IsError);
        }
    }

    private static RespNode Send(RespClient client, string line, byte[]? dump = null)
    {
        client.SendRaw(Wire.Command([.. line.Split(' ').Select(word => Argument(word, dump))]));
        return client.Read();
    }

    private static object Argument(string word, byte[]? dump)
    {
        if (word == "@dump")
            return dump!;
        if (word[0] != '@')
            return word;
        string[] parts = word[1..].Split(':');
        return Wire.Value(int.Parse(parts[0]), parts.Length == 1 ? 99 : parts[1].Sum(c => c) + 31 * parts[1].Length);
    }
}
