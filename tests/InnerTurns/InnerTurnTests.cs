using System.Globalization;
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Others_are_answered_while_a_command_is_under_way_and_see_nothing_of_it(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect(), reader = server.Connect();
        LoadScores(loader, "scores");
        hostile.Call("SET", "target", "before");
        hostile.Send("ZUNIONSTORE", "target", "1", "scores");
        Assert.True(SeesSuspended(other, hostile));
        // Keys of its own are read and written meanwhile; the command's are not until it has ended.
        Assert.Equal("OK", other.Call("SET", "mine", "1").Text);
        Assert.Equal("1", other.Call("GET", "mine").Text);
        reader.Send("TYPE", "target");
        Assert.Equal(Members, hostile.Read().Integer);
        Assert.Equal("zset", reader.Read().Text);
        Assert.Equal(Members, reader.Call("ZCARD", "target").Integer);
        Assert.Equal(0, Info(other, "suspended_commands"));
    }

    [Fact]
    public void What_inner_turns_acknowledge_survives_a_kill_and_the_command_is_there_wholly_or_not_at_all()
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect())
        {
            LoadScores(loader, "scores");
            hostile.Send("ZUNIONSTORE", "target", "1", "scores");
            Assert.True(SeesSuspended(other, hostile));
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

    [Fact]
    public void Both_are_recovered_when_inner_turns_wrote_in_the_middle_of_a_transaction()
    {
        using PkvServer server = PkvServer.Child();
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
    public void Half_an_EXEC_is_seen_by_nobody()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient hostile = server.Connect(), other = server.Connect(), reader = server.Connect();
        const int keys = 100_000;
        hostile.Call("MULTI");
        hostile.Pipeline([.. Enumerable.Range(0, keys).Select(i => new[] { "SET", $"k{i}", "1" })]);
        hostile.Send("EXEC");
        Assert.True(SeesSuspended(other, hostile));
        reader.Send("MGET", "k0", $"k{keys - 1}");
        Assert.Equal(keys, hostile.Read().Items.Count);
        Assert.Equal(["1", "1"], reader.Read().Items.Select(i => i.Text));
    }

    [Fact]
    public void A_client_that_is_killed_in_the_middle_of_its_command_is_closed_after_it()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient loader = server.Connect(), hostile = server.Connect(), other = server.Connect();
        LoadScores(loader, "scores");
        string id = hostile.Call("CLIENT", "ID").Integer.ToString(CultureInfo.InvariantCulture);
        hostile.Send("ZUNIONSTORE", "target", "1", "scores");
        Assert.True(SeesSuspended(other, hostile));
        Assert.Equal(1, other.Call("CLIENT", "KILL", "ID", id).Integer);
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
        byte[] one = RespClient.Encode("LPOS", "list", "absent");
        hostile.SendRaw(Enumerable.Repeat(one, commands).SelectMany(b => b).ToArray());
        // Its replies come one by one: when the first is here, the last is not, and others have been answered in between.
        hostile.Read();
        long before = Info(other, "total_commands_processed");
        Assert.True(before < commands, "the pipeline ran to its end before anybody else was served");
        for (int i = 1; i < commands; i++)
            hostile.Read();
    }

    // Whether another connection is answered while the command is suspended. The server says so, or the command has ended.
    private static bool SeesSuspended(RespClient other, RespClient hostile)
    {
        while (hostile.Socket.Available == 0)
        {
            if (Info(other, "suspended_commands") > 0)
                return true;
        }
        return false;
    }

    private static long Info(RespClient client, string field)
    {
        string line = client.Call("INFO", "stats").Text.Split("\r\n").Single(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line[(field.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static void LoadScores(RespClient client, string key)
    {
        for (int first = 0; first < Members; first += PerCommand)
            client.Call(["ZADD", key, .. Enumerable.Range(first, PerCommand).SelectMany(i => new[] { $"{i}", $"m{i}" })]);
    }
}
