using System.Globalization;
using Pkv.Engine.Execution;
using Pkv.Engine.Records;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>
/// While a command takes long, its I/O thread serves others: they are answered before it, and see nothing of what it has not ended.
/// Told by the server itself (INFO's suspended_commands, answered in the inner turn), never by the clock.
/// </summary>
public sealed class InnerTurnTests
{
    private const int Members = 200_000;
    private const int PerCommand = 500;

    // INFO takes some 20 us: its pipeline is cut into several turns.
    private const int Asked = 2000;

    [Fact]
    public void Others_are_answered_while_a_command_is_under_way_and_see_nothing_of_it()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect(), reader = server.Connect();
        LoadScores(loader, "scores");
        hostile.Call("SET", "target", "before");
        reader.SendRaw(Repeat(Asked, "TYPE", "target"));
        Assert.True(SeesSuspended(other, hostile, "ZUNIONSTORE", "target", "1", "scores"));
        Assert.Equal(Members, hostile.Read().Integer);
        // Whoever asked for its key was told what was there before, or waited for the end.
        string[] types = [.. Enumerable.Range(0, Asked).Select(_ => reader.Read().Text)];
        Assert.Equal(types.Order(), types);
        Assert.All(types, type => Assert.True(type is "string" or "zset", type));
        Assert.Equal(Members, reader.Call("ZCARD", "target").Integer);
        Assert.Equal(0, Info(other, "suspended_commands"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_command_has_not_ended_keeps_other_threads_waiting_only_where_they_need_it(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient loader = server.Connect(), hostile = server.Connect();
        RespClient[] others = [server.Connect(), server.Connect(), server.Connect()];
        LoadScores(loader, "scores");
        hostile.Send("COPY", "scores", "target");
        for (int i = 0; i < others.Length; i++)
        {
            others[i].Send("ZCARD", "target");
            others[i].Send("INCR", $"own{i}");
        }
        Assert.Equal(1, hostile.Read().Integer);
        for (int i = 0; i < others.Length; i++)
        {
            Assert.Contains(others[i].Read().Integer, new long[] { 0, Members });
            Assert.Equal(1, others[i].Read().Integer);
            others[i].Dispose();
        }
        Assert.Equal(Members, loader.Call("ZCARD", "target").Integer);
    }

    [Fact]
    public void What_inner_turns_acknowledge_survives_a_kill_and_the_command_is_there_wholly_or_not_at_all()
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect())
        {
            LoadScores(loader, "scores");
            Assert.True(SeesSuspended(other, hostile, "ZUNIONSTORE", "target", "1", "scores"));
            for (int i = 0; i < 100; i++)
                Assert.Equal("OK", other.Call("SET", $"mine{i}", $"{i}").Text);
            server.Kill();
        }
        server.Start();
        using RespClient client = server.Connect();
        for (int i = 0; i < 100; i++)
            Assert.Equal($"{i}", client.Call("GET", $"mine{i}").Text);
        Assert.Contains(client.Call("ZCARD", "target").Integer, new long[] { 0, Members });
    }

    // In a pool of few slots inner turns have no segments of their own: they are served before the command has prepared its room.
    [Theory]
    [InlineData("96mb")]
    [InlineData("512mb")]
    public void Both_are_recovered_when_inner_turns_wrote_in_the_middle_of_a_transaction(string poolSize)
    {
        using PkvServer server = PkvServer.Child("--pool-size", poolSize);
        long inside = 0;
        using (RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect())
        {
            LoadScores(loader, "scores");
            hostile.Send("COPY", "scores", "target");
            while (hostile.Socket.Available == 0)
            {
                Assert.Equal(inside + 1, other.Call("INCR", "inside").Integer);
                inside++;
            }
            Assert.Equal(1, hostile.Read().Integer);
            Assert.True(Info(other, "inner_turns") > 0);
            server.Kill();
        }
        server.Start();
        using RespClient client = server.Connect();
        Assert.Equal(inside.ToString(CultureInfo.InvariantCulture), client.Call("GET", "inside").Text);
        Assert.Equal(Members, client.Call("ZCARD", "target").Integer);
        Assert.Equal($"{Members - 1}", client.Call("ZSCORE", "target", $"m{Members - 1}").Text);
    }

    [Fact]
    public void Others_are_served_while_a_command_writes_what_it_has_prepared()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1", "--pool-size", "512mb");
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect();
        LoadScores(loader, "scores");
        RecordSink[] sinks = server.Host.State.Threads[0].Sinks;
        // A command that logs effects while another one's records are prepared does so elsewhere.
        for (int copies = 0; sinks[1].Writer.BytesCommitted == 0; copies++)
        {
            hostile.Send("COPY", "scores", $"copy{copies % 3}", "REPLACE");
            while (hostile.Socket.Available == 0)
                other.Call("APPEND", "log", "x");
            Assert.Equal(1, hostile.Read().Integer);
        }
        Assert.All(sinks, sink => Assert.Equal(0, sink.Effects.Overruns));
        Assert.All(sinks, sink => Assert.False(sink.IsTaken));
        Assert.Equal(Members, loader.Call("ZCARD", "copy0").Integer);
    }

    [Theory]
    [InlineData("GEOSEARCH scores FROMLONLAT 0 0 BYRADIUS 99999 km COUNT 10", 10)]
    [InlineData("GEOSEARCHSTORE target scores FROMLONLAT 0 0 BYRADIUS 99999 km DESC", Members)]
    [InlineData("GEORADIUS scores 0 0 99999 km STOREDIST target", Members)]
    public void Others_are_answered_while_places_are_looked_for(string command, int found)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient hostile = server.Connect(), other = server.Connect();
        LoadScores(hostile, "scores");
        Assert.True(SeesSuspended(other, hostile, command.Split(' ')));
        RespNode reply = hostile.Read();
        Assert.Equal(found, reply.Kind == '*' ? reply.Items.Count : reply.Integer);
    }

    [Fact]
    public void Others_are_answered_while_many_sketches_are_merged()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient hostile = server.Connect(), other = server.Connect();
        hostile.Call(["PFADD", "sketch", .. Enumerable.Range(0, 5000).Select(i => $"m{i}")]);
        string[] sources = [.. Enumerable.Repeat("sketch", 4000)];
        Assert.True(SeesSuspended(other, hostile, ["PFMERGE", "target", .. sources]));
        Assert.Equal("OK", hostile.Read().Text);
        Assert.True(SeesSuspended(other, hostile, ["PFCOUNT", .. sources]));
        Assert.Equal(other.Call("PFCOUNT", "target").Integer, hostile.Read().Integer);
    }

    [Theory]
    [InlineData("SADD")]
    [InlineData("RPUSH")]
    public void Others_are_served_while_one_command_adds_very_many(string name)
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient hostile = server.Connect(), other = server.Connect();
        hostile.Send([name, "key", .. Enumerable.Range(0, Members).Select(i => $"m{i}")]);
        Assert.Equal(Members, hostile.Read().Integer);
        Assert.True(Info(other, "inner_turns") > 0);
        Assert.Equal("m", other.Call("SORT", "key", "ALPHA", "LIMIT", "0", "1").Items.Single().Text[..1]);
    }

    [Theory]
    [InlineData("DEL")]
    [InlineData("MGET")]
    [InlineData("HMGET hash")]
    [InlineData("HDEL hash")]
    [InlineData("SMISMEMBER set")]
    [InlineData("ZMSCORE scores")]
    [InlineData("ZREM scores")]
    [InlineData("GEOPOS scores")]
    [InlineData("GEOHASH scores")]
    public void Others_are_served_while_very_many_arguments_are_parsed_and_looked_up(string command)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "1");
        using RespClient hostile = server.Connect(), other = server.Connect();
        hostile.Call("HSET", "hash", "f", "v");
        hostile.Call("SADD", "set", "m");
        hostile.Call("ZADD", "scores", "1", "m");
        long before = Info(other, "inner_turns");
        hostile.Send([.. command.Split(' '), .. Enumerable.Range(0, Members).Select(i => $"absent{i}")]);
        RespNode reply = hostile.Read();
        Assert.True(reply.Kind == '*' ? reply.Items.Count == Members : reply.Integer == 0, command);
        Assert.True(Info(other, "inner_turns") > before);
        Assert.Equal("OK", hostile.Call("SET", "key", "value").Text);
    }

    [Fact]
    public void Half_an_EXEC_is_seen_by_nobody()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient hostile = server.Connect(), other = server.Connect(), reader = server.Connect();
        const int keys = 100_000;
        hostile.Call("MULTI");
        hostile.Pipeline([.. Enumerable.Range(0, keys).Select(i => new[] { "SET", $"k{i}", "1" })]);
        reader.SendRaw(Repeat(Asked, "MGET", "k0", $"k{keys - 1}"));
        Assert.True(SeesSuspended(other, hostile, "EXEC"));
        Assert.Equal(keys, hostile.Read().Items.Count);
        for (int i = 0; i < Asked; i++)
        {
            RespNode[] both = [.. reader.Read().Items];
            Assert.Equal(both[0].IsNull, both[1].IsNull);
        }
        Assert.Equal(["1", "1"], reader.Call("MGET", "k0", $"k{keys - 1}").Items.Select(i => i.Text));
    }

    [Fact]
    public void A_client_that_is_killed_in_the_middle_of_its_command_is_closed_after_it()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect();
        LoadScores(loader, "scores");
        string id = hostile.Call("CLIENT", "ID").Integer.ToString(CultureInfo.InvariantCulture);
        Assert.True(SeesSuspended(other, hostile, "ZUNIONSTORE", "target", "1", "scores"));
        other.Call("CLIENT", "KILL", "ID", id);
        while (other.Call("CLIENT", "LIST", "ID", id).Text.Length > 0)
        {
        }
        Assert.Equal(Members, other.Call("ZCARD", "target").Integer);
        Assert.Equal(0, Info(other, "suspended_commands"));
    }

    [Fact]
    public void Long_commands_of_several_clients_do_not_mix_up_what_they_gather()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient loader = server.Connect();
        LoadScores(loader, "scores");
        for (int first = 0; first < Members; first += PerCommand)
            loader.Call(["SADD", "members", .. Enumerable.Range(first, PerCommand).Select(i => $"m{i}")]);
        string[][] commands =
        [
            ["ZUNIONSTORE", "one", "1", "scores"], ["SDIFFSTORE", "two", "members", "none"], ["ZINTERSTORE", "three", "2", "scores", "members"],
            ["COPY", "members", "four"], ["SUNIONSTORE", "five", "members", "six"], ["SORT", "members", "ALPHA", "STORE", "seven"],
        ];
        RespClient[] clients = [.. commands.Select(_ => server.Connect())];
        foreach (RespClient client in clients)
            client.TimeoutMs = 120_000;
        for (int i = 0; i < commands.Length; i++)
            clients[i].Send(commands[i]);
        foreach (RespClient client in clients)
            client.Read();
        Assert.True(Info(loader, "inner_turns") > 0);
        Assert.Equal(Members, loader.Call("ZCARD", "one").Integer);
        Assert.Equal(Members, loader.Call("SCARD", "two").Integer);
        Assert.Equal(Members, loader.Call("ZCARD", "three").Integer);
        Assert.Equal(0, loader.Call("SCARD", "six").Integer);
        Assert.Equal(Members, loader.Call("SINTERCARD", "4", "two", "four", "five", "members").Integer);
        Assert.Equal(Members, loader.Call("LLEN", "seven").Integer);
        Assert.Equal("m99999", loader.Call("LINDEX", "seven", "-1").Text);
        foreach (RespClient client in clients)
            client.Dispose();
    }

    [Fact]
    public void A_pipeline_of_costly_commands_leaves_others_their_turns()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect();
        loader.Call(["RPUSH", "list", .. Enumerable.Range(0, 5000).Select(i => $"{i}")]);
        const int commands = 4000;
        hostile.SendRaw(Repeat(commands, "LPOS", "list", "absent"));
        // Its replies come one by one: when the first is here, the last is not, and others have been answered in between.
        hostile.Read();
        long before = Info(other, "total_commands_processed");
        Assert.True(before < commands, "the pipeline ran to its end before anybody else was served");
        for (int i = 1; i < commands; i++)
            hostile.Read();
    }

    // Whether a connection is answered while another one's command is suspended. What it asks lies at the server before the command
    // does, more than a few turns take: the answers before, in the middle of it and after it say how many were suspended.
    private static bool SeesSuspended(RespClient other, RespClient hostile, params string[] command)
    {
        other.SendRaw(Repeat(Asked, "INFO", "stats"));
        hostile.Send(command);
        bool seen = false;
        for (int i = 0; i < Asked; i++)
            seen |= Field(other.Read(), "suspended_commands") > 0;
        return seen;
    }

    private static byte[] Repeat(int count, params string[] command) =>
        [.. Enumerable.Repeat(RespClient.Encode(command), count).SelectMany(b => b)];

    private static long Info(RespClient client, string field) => Field(client.Call("INFO", "stats"), field);

    private static long Field(RespNode info, string field)
    {
        string line = info.Text.Split("\r\n").Single(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line[(field.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static void LoadScores(RespClient client, string key)
    {
        for (int first = 0; first < Members; first += PerCommand)
            client.Call(["ZADD", key, .. Enumerable.Range(first, PerCommand).SelectMany(i => new[] { $"{i}", $"m{i}" })]);
    }
}
