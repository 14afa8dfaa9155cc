using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution.Scripting;
using Xunit;

namespace Pkv.Tests.Commands.Scripts;

/// <summary>Which scripts are seen to name only the keys that they declare. One that is seen wrongly could wait for others in a ring.</summary>
public sealed class DeclaredKeysTests
{
    [Theory]
    [InlineData("return redis.call('get', KEYS[1])")]
    [InlineData("if redis.call(\"GET\",KEYS[1]) == ARGV[1] then return redis.call(\"DEL\",KEYS[1]) else return 0 end")]
    [InlineData("local v = redis.call('incr', KEYS[1]) if v == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end return v")]
    [InlineData("local key = KEYS[1] -- the key\nlocal n = redis.call('hget', key, 'n') return n")]
    [InlineData("for i = 1, #KEYS do redis.call('set', KEYS[i], ARGV[i]) end")]
    [InlineData("return redis.call('mset', KEYS[1], 'a', KEYS[2], \"b,KEYS\")")]
    [InlineData("redis.log(redis.LOG_NOTICE, 'x') return redis.pcall('del', KEYS[1], KEYS[2])")]
    [InlineData("return redis.error_reply('redis[KEYS')")]
    public void It_is_seen(string script) => Assert.True(Look(script));

    [Theory]
    [InlineData("return redis.call('get', 'x')")]
    [InlineData("return redis.call('get', KEYS[1] .. ':x')")]
    [InlineData("return redis.call('get', ARGV[1])")]
    [InlineData("return redis.call(ARGV[1], KEYS[1])")]
    [InlineData("return redis['call']('get', 'x')")]
    [InlineData("local call = redis.call return call('get', 'x')")]
    [InlineData("return pcall(redis.call, 'get', 'x')")]
    [InlineData("local r = redis return r.call('get', 'x')")]
    [InlineData("return _G.redis.call('get', 'x')")]
    [InlineData("return loadstring(ARGV[1])()")]
    [InlineData("KEYS[1] = 'x' return redis.call('get', KEYS[1])")]
    [InlineData("KEYS[1], KEYS[2] = 'x', 'y' return redis.call('get', KEYS[1])")]
    [InlineData("local a a, KEYS[1] = 1, 'x' return redis.call('get', KEYS[1])")]
    [InlineData("table.insert(KEYS, 'x') return redis.call('get', KEYS[2])")]
    [InlineData("local KEYS = {'x'} return redis.call('get', KEYS[1])")]
    [InlineData("local function f(KEYS) return redis.call('get', KEYS[1]) end return f({'x'})")]
    [InlineData("local key = KEYS[1] .. 'x' return redis.call('get', key)")]
    [InlineData("local key = KEYS[1] or 'x' return redis.call('get', key)")]
    [InlineData("local key = KEYS[2] and 'x' return redis.call('get', key)")]
    [InlineData("local key = KEYS[1] : upper() return redis.call('get', key)")]
    [InlineData("local key = KEYS[1] key = 'x' return redis.call('get', key)")]
    [InlineData("local key = KEYS[1] local function f(key) return redis.call('get', key) end return f('x')")]
    [InlineData("local key = KEYS[1] for key in pairs({x=1}) do redis.call('get', key) end")]
    [InlineData("local key = KEYS[1] for key = 1, 2 do redis.call('get', key) end")]
    [InlineData("local key = KEYS[1] do local key = 'x' redis.call('get', key) end")]
    [InlineData("local key = KEYS[1] do local a, key = 1, 'x' redis.call('get', key) end")]
    [InlineData("local key = KEYS[1] for a, key in pairs({'x'}) do redis.call('get', key) end")]
    [InlineData("local key = KEYS[1] local t = {} function t.f(a, key) return redis.call('get', key) end return t.f(1, 'x')")]
    [InlineData("local key = KEYS[1] local function key() end return redis.call('get', key)")]
    [InlineData("redis.call('select', 3) return redis.call('get', KEYS[1])")]
    [InlineData("return redis.call('mset', KEYS[1], 'a', 'x', 'b')")]
    [InlineData("return redis.call('del', KEYS[1], 'x')")]
    [InlineData("return redis.call('del', unpack(KEYS))")]
    [InlineData("return redis.call('keys', '*')")]
    [InlineData("return redis.call('zunionstore', KEYS[1], 1, KEYS[2])")]
    [InlineData("return redis.call('object', 'encoding', KEYS[1])")]
    [InlineData("return redis.call('sort', KEYS[1], 'by', 'w_*')")]
    [InlineData("return redis.call('nosuch', KEYS[1])")]
    [InlineData("redis.call = print return 1")]
    [InlineData("return redis.call [[get]]")]
    public void It_is_not_seen(string script) => Assert.False(Look(script));

    private static bool Look(string script) => DeclaredKeys.AreSeen(Encoding.UTF8.GetBytes(script), CommandBindings.OfData().ByIndex);
}
