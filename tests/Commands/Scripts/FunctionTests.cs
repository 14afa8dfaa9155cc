using Pkv.Server.Hosting;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Scripts;

/// <summary>FUNCTION and FCALL against a real redis-server, and what a restart, a crash and FLUSHALL leave of the libraries.</summary>
public sealed class FunctionTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private const string Library = "#!lua name=mylib\nredis.register_function('twice', function(keys, args) return {keys[1], args[1] * 2} end)\n"
        + "redis.register_function{function_name='put', callback=function(keys, args) return redis.call('set', keys[1], args[1]) end, description='puts', flags={'allow-oom'}}\n"
        + "redis.register_function{function_name='look', callback=function(keys) return redis.call('get', keys[1]) end, flags={'no-writes'}}";

    // Each is one FUNCTION LOAD, with what comes after it.
    public static TheoryData<string> Loads => new()
    {
        "return 1", "#!lua", "#!lua name=\n", "#!lua name=a-b\nreturn 1", "#!lua name=a name=b\nreturn 1", "#!lua nome=a\nreturn 1", "#!js name=a\nreturn 1", "#! name=a\nreturn 1",
        "#!lua name=a\nreturn {", "#!lua name=a\nreturn 1", "#!lua name=a\nlocal x = nil; x.y = 1", "#!lua name=a\nfoo = 1", "#!lua name=a\nreturn foo", "#!lua name=a\nerror('no')",
        "#!lua name=a\nerror({err='MINE no'})", "#!lua name=a\nredis.call('ping')", "#!lua name=a\nreturn math.abs(1)", "#!lua name=a\nredis.register_function('f')",
        "#!lua name=a\nredis.register_function()", "#!lua name=a\nredis.register_function(1, 2)", "#!lua name=a\nredis.register_function('f', 2)",
        "#!lua name=a\nredis.register_function({}, function() end)", "#!lua name=a\nredis.register_function('f-g', function() end)",
        "#!lua name=a\nredis.register_function('f', function() end) redis.register_function('f', function() end)", "#!lua name=a\nredis.register_function{callback=function() end}",
        "#!lua name=a\nredis.register_function{function_name='f'}", "#!lua name=a\nredis.register_function{function_name='f', callback=1}",
        "#!lua name=a\nredis.register_function{function_name=1, callback=function() end}", "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags=1}",
        "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'none'}}", "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, what=1}",
        "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, description=1}", "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, [1]=1}",
        "#!lua name=a\nredis.register_function('f', function() return nosuch end)", "#!lua name=a\nredis.register_function('f', function() return redis.register_function('g', function() end) end)",
        "#!lua name=a\nlocal n = 0 redis.register_function('f', function() n = n + 1 return n end)", "#!lua name=a\nredis.register_function('f', function() return math.floor(2.5) end)",
    };

    [RedisTheory]
    [MemberData(nameof(Loads))]
    public void Libraries_are_taken_and_refused_as_by_redis(string code)
    {
        using RespClient ours = pkv.Connect(), theirs = new(redis.Port);
        string[][] commands =
        [
            ["FUNCTION", "FLUSH"], ["FUNCTION", "LOAD", code], ["FUNCTION", "LOAD", code], ["FUNCTION", "LOAD", "REPLACE", code], ["FUNCTION", "LIST"], ["FUNCTION", "LIST", "WITHCODE"],
            ["FCALL", "f", "0"], ["FCALL", "f", "0"], ["FCALL_RO", "f", "0"], ["FUNCTION", "STATS"], ["FUNCTION", "DELETE", "a"], ["FUNCTION", "DELETE", "a"],
        ];
        Compare(ours, theirs, commands);
    }

    [RedisFact]
    public void Calls_are_answered_as_by_redis()
    {
        using RespClient ours = pkv.Connect(), theirs = new(redis.Port);
        Compare(ours, theirs,
        [
            ["FUNCTION", "FLUSH", "SYNC"], ["FUNCTION", "FLUSH", "NOW"], ["FUNCTION", "LOAD", Library], ["FCALL", "twice", "1", "k", "21"], ["FCALL", "TWICE", "1", "k", "21"], ["FCALL", "put", "1", "fk", "v"],
            ["FCALL_RO", "put", "1", "fk", "w"], ["FCALL_RO", "look", "1", "fk"], ["FCALL", "look", "1", "fk"], ["FCALL", "none", "0"], ["FCALL", "look", "x"], ["FCALL", "look", "2", "k"],
            ["FCALL", "look", "-1", "k"], ["FCALL", "twice", "1", "k", "x"], ["FUNCTION", "LIST", "LIBRARYNAME", "NO*"], ["FUNCTION", "LIST", "LIBRARYNAME"], ["FUNCTION", "LIST", "WHAT"],
            ["FUNCTION", "LOAD", "WHAT", Library], ["FUNCTION", "RESTORE", "x"], ["FUNCTION", "RESTORE", "x", "WHAT"], ["FUNCTION", "KILL"], ["FUNCTION", "DELETE", "none"],
            ["MULTI"], ["FCALL", "put", "1", "fk", "z"], ["FCALL", "twice", "1", "k", "1"], ["EXEC"], ["GET", "fk"],
        ]);
    }

    [RedisFact]
    public void Libraries_move_between_the_servers_as_payloads()
    {
        using RespClient ours = pkv.Connect(), theirs = new(redis.Port);
        Compare(ours, theirs, [["FUNCTION", "FLUSH"], ["FUNCTION", "LOAD", Library]]);
        byte[] payload = theirs.Call("FUNCTION", "DUMP").Bytes;
        ours.Call("FUNCTION", "FLUSH");
        Assert.Equal("OK", Restore(ours, payload).Text);
        Assert.Contains("Library mylib already exists", Restore(ours, payload).Text);
        Assert.Equal("OK", Restore(theirs, ours.Call("FUNCTION", "DUMP").Bytes, "FLUSH").Text);
        Compare(ours, theirs, [["FUNCTION", "STATS"], ["FCALL", "twice", "1", "k", "4"]]);
        payload[^1] ^= 1;
        Assert.Contains("payload version or checksum", Restore(ours, payload).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_outlive_the_server_and_every_flush(bool isKilled)
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient client = server.Connect())
        {
            Assert.Equal("mylib", client.Call("FUNCTION", "LOAD", Library).Text);
            Assert.Equal("other", client.Call("FUNCTION", "LOAD", "#!lua name=other\nredis.register_function('gone', function() return 1 end)").Text);
            Assert.Equal("OK", client.Call("FUNCTION", "DELETE", "other").Text);
            Assert.Equal("OK", client.Call("FLUSHALL").Text);
        }
        if (isKilled)
        {
            server.Kill();
            server.Start();
        }
        else
            server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("*[$k, :6]", again.Call("FCALL", "twice", "1", "k", "3").ToString());
        Assert.Equal("ERR Function not found", again.Call("FCALL", "gone", "0").Text);
    }

    [Fact]
    public void A_file_of_another_pool_is_set_aside()
    {
        using PkvServer server = PkvServer.InProcess();
        using (RespClient client = server.Connect())
            client.Call("FUNCTION", "LOAD", Library);
        server.Stop();
        File.Delete(server.PoolPath);
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal("*[]", again.Call("FUNCTION", "LIST").ToString());
        string aside = server.PoolPath + FunctionFile.Suffix + ".old";
        Assert.True(File.Exists(aside));
        File.Delete(aside);
    }

    [Fact]
    public void A_damaged_file_is_told_and_not_guessed_over()
    {
        using PkvServer server = PkvServer.InProcess();
        using (RespClient client = server.Connect())
            client.Call("FUNCTION", "LOAD", Library);
        server.Stop();
        string path = server.PoolPath + FunctionFile.Suffix;
        byte[] content = File.ReadAllBytes(path), damaged = [.. content];
        damaged[^20] ^= 1;
        File.WriteAllBytes(path, damaged);
        Exception fault = Assert.ThrowsAny<Exception>(server.Start);
        Assert.Contains("cannot be loaded", fault.Message);
        File.WriteAllBytes(path, content);
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal("*[$k, :6]", again.Call("FCALL", "twice", "1", "k", "3").ToString());
    }

    private static void Compare(RespClient ours, RespClient theirs, string[][] commands)
    {
        foreach (string[] command in commands)
            Assert.Equal($"{string.Join(' ', command)}: {theirs.Call(command)}", $"{string.Join(' ', command)}: {ours.Call(command)}");
    }

    private static RespNode Restore(RespClient client, byte[] payload, string policy = "APPEND")
    {
        client.SendRaw([.. "*4\r\n$8\r\nFUNCTION\r\n$7\r\nRESTORE\r\n"u8, .. System.Text.Encoding.ASCII.GetBytes($"${payload.Length}\r\n"), .. payload,
            .. System.Text.Encoding.ASCII.GetBytes($"\r\n${policy.Length}\r\n{policy}\r\n")]);
        return client.Read();
    }
}
