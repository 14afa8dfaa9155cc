using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Scripts;

/// <summary>EVAL against a real redis-server: the same scripts, the same replies, errors included.</summary>
public sealed class EvalTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private static readonly string[] Prelude =
        ["MSET k v n 5 {t}a 1 {t}b 2", "HSET h f 1 g 2", "RPUSH l a b c", "SADD s only", "ZADD z 1.5 a 2 b", "SET blob \0\r\n"];

    // What a script may return, raise and call.
    public static TheoryData<string> Sources =>
    [
        "return 1", "return 3.99", "return -3.99", "return 1e300", "return 'x'", "return true", "return false", "return nil", "return {1,2,{3,'a',nil,4}}", "return {}", "return {1.5,true,false,'x'}",
        "return {ok='fine'}", "return {err='MINE wrong'}", "return {err='wrong'}", "return {ok=1}", "return {double=3.5}", "return {map={a=1}}", "return {set={a=true}}", "return {big_number='123'}",
        "return {verbatim_string={format='txt',string='hi'}}", "return {verbatim_string={string='hi'}}", "return {ok='a\\r\\nb'}", "return function() end", "return redis.sha1hex('x')", "return redis.sha1hex()",
        "return KEYS", "return ARGV", "return {#KEYS, #ARGV, KEYS[3]}", "return redis.status_reply('fine')", "return redis.error_reply('My Err')", "return redis.error_reply('-MY Err')", "return redis.error_reply('FOO')",
        "return redis.error_reply()", "return redis.error_reply('')", "return redis.status_reply(1)", "return redis.call('get', 'k')", "return redis.call('get', 'none')", "return redis.call('hgetall', 'h')",
        "return redis.call('lrange', 'l', 0, -1)", "return redis.call('zrange', 'z', 0, -1, 'withscores')", "return redis.call('set', 'new', 'x')", "return redis.call('get', 'blob')", "return redis.call('incrbyfloat', 'f', 1.1)",
        "return redis.call('mget', 'k', 'none', 'n')", "return redis.call('set', 'f', 0.1) and redis.call('get', 'f')", "return redis.call('set', 'f', 12345678901234567890) and redis.call('get', 'f')",
        "return redis.call('set', 'f', -0.0) and redis.call('get', 'f')", "return redis.call('nosuch')", "return redis.call('get')", "return redis.call()", "return redis.call({})", "return redis.call('incr', 'k')",
        "return redis.pcall('incr', 'k')", "return redis.pcall('nosuch')", "return redis.pcall('incr', 'k').err", "return redis.call('subscribe', 'x')", "return redis.call('blpop', 'l', 0)", "return redis.call('multi')",
        "return redis.call('config', 'get', 'x')", "return redis.call('object')", "return redis.call('object', 'nosuch', 'k')", "return redis.call('object', 'encoding', 'n')", "return redis.call('type', 'l')",
        "redis.setresp(3) return redis.call('hgetall', 'h')['map'].f", "redis.setresp(3) return redis.call('get', 'none') == nil", "redis.setresp(3) return redis.call('zscore', 'z', 'a')", "redis.setresp(3) return true",
        "redis.setresp(3) return redis.call('smembers', 's')", "redis.setresp(4)", "redis.setresp()", "redis.setresp(3) return redis.call('zrange', 'z', 0, -1, 'withscores')",
        "error('x')", "error({err='MY x'})", "error(nil)", "error(5)", "error('a\\nb')", "return foo", "foo = 1", "return {", "local a = {} a.x.y = 1", "return 1 + nil", "local function f() return f() + 1 end return f()",
        "local ok, e = pcall(redis.call, 'nosuch') return e", "local ok, e = pcall(error, 'x') return e", "local ok, e = pcall(error, {err='E x'}) return e", "return select('#', pcall(redis.call, 'get', 'k'))",
        "redis.call('set', 'a', 1) error('after a write')", "redis.call('select', 3) redis.call('set', 'u', 1) return redis.call('dbsize')", "return redis.call('dbsize')", "return #redis.call('keys', '*')",
        "redis.call('set', 'w', 1) return redis.call('dbsize')", "redis.call('del', 'l') return redis.call('exists', 'l', 'k')", "return redis.call('eval', 'return 1', 0)", "return redis.call('script', 'load', 'x')",
        "return tostring(redis.REDIS_VERSION_NUM)", "return redis.LOG_WARNING", "redis.log(redis.LOG_DEBUG, 'x')", "redis.log('x')", "redis.log(9, 'x')", "return redis.replicate_commands()", "redis.set_repl(9)", "redis.set_repl(redis.REPL_NONE)",
        "return redis.breakpoint()", "return redis.acl_check_cmd('set', 'x', 'y')", "return redis.acl_check_cmd('nosuch')", "return redis.acl_check_cmd()", "return redis.nosuch", "redis.x = 1", "return cjson.encode({a={1,2}})",
        "return cjson.decode('[1,{\"a\":null}]')[1]", "return cmsgpack.unpack(cmsgpack.pack({1,'a'}))", "return bit.band(7, 3)", "return struct.unpack('>I2', struct.pack('>I2', 258))", "return loadstring(string.dump(function() end))()",
        "#!lua\nreturn redis.call('set', 'a', 'b')", "#!lua flags=no-writes\nreturn redis.call('set', 'a', 'b')", "#!lua flags=no-writes\nreturn redis.call('get', 'k')", "#!lua flags=nono\nreturn 1", "#!lux\nreturn 1",
        "#!lua name=x\nreturn 1", "#!lua", "#!lua flags=allow-oom,no-cluster\nreturn 1", "#!lua\nerror('line two')", "return redis.call('publish', 'c', 'm')", "return redis.call('sort', 's', 'by', 'x')",
        "local t = {} for i = 1, 7000 do t[i] = i end return #{unpack(t)}", "return redis.call('rpush', 'many', unpack({'a','b','c','d','e','f','g'}))", "return string.rep('x', 100000)",
    ];

    [RedisTheory]
    [MemberData(nameof(Sources))]
    public void Scripts_are_answered_as_by_redis(string source)
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        foreach (string version in (string[])["2", "3"])
        {
            foreach (string command in (string[])["EVAL", "EVAL_RO"])
            {
                Prepare(ours, version);
                Prepare(theirs, version);
                string[] call = [command, source, "2", "{t}a", "{t}b", "one", "two"];
                RespNode expected = theirs.Call(call), actual = ours.Call(call);
                Assert.True(expected == actual, $"{command}, RESP{version}: redis-server says {expected}, we say {actual}");
                Assert.Equal(theirs.Call("MGET", "k", "a", "f", "new", "w").ToString(), ours.Call("MGET", "k", "a", "f", "new", "w").ToString());
            }
        }
    }

    [RedisFact]
    public void The_cache_and_wrong_counts_of_keys_are_as_in_redis()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        string[][] commands =
        [
            ["SCRIPT", "FLUSH"], ["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"], ["SCRIPT", "LOAD", "return 1"], ["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"],
            ["EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0"], ["EVALSHA", "x", "0"], ["SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "x"], ["EVAL", "return 1", "x"],
            ["EVAL", "return 1", "1"], ["EVAL", "return 1", "-1"], ["EVAL", "return 1"], ["SCRIPT", "LOAD", "return {"], ["SCRIPT", "KILL"], ["SCRIPT", "DEBUG", "NO"], ["SCRIPT", "DEBUG", "X"],
            ["SCRIPT", "FLUSH", "NOW"], ["SCRIPT", "FLUSH", "ASYNC"], ["SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"], ["SCRIPT", "NONE"],
        ];
        foreach (string[] command in commands)
            Assert.Equal($"{string.Join(' ', command)}: {theirs.Call(command)}", $"{string.Join(' ', command)}: {ours.Call(command)}");
    }

    private static void Prepare(RespClient client, string version)
    {
        client.Call("HELLO", version);
        client.Call("FLUSHALL");
        foreach (string command in Prelude)
            client.Call(command.Split(' '));
    }
}
