using System.Globalization;
using Pkv.Lua;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>cjson, cmsgpack, struct, bit and random numbers say the same as in a redis-server: by hand, and drawn.</summary>
public sealed class RedisLibraryTests : IClassFixture<ReferenceRedis>
{
    private const int Programs = 4000, PerCall = 500;

    private const string Driver = """
        local out = {}
        local function show(v, depth)
          local kind = type(v)
          if kind == 'string' then return "'" .. v:gsub('[^%w%p ]', function(c) return '\\' .. c:byte() end) .. "'" end
          if kind == 'number' then return string.format('%.17g', v) end
          if kind ~= 'table' then return tostring(v) end
          if depth > 20 then return '...' end
          local parts = {}
          for k, item in pairs(v) do parts[#parts + 1] = show(k, depth + 1) .. '=' .. show(item, depth + 1) end
          return '{' .. table.concat(parts, ' ') .. '}'
        end
        for i = 1, #ARGV do
          local f, e = loadstring(ARGV[i], '=p')
          local parts = f and {pcall(f)} or {e}
          for j = 1, 6 do parts[j] = show(parts[j], 0) end
          out[i] = table.concat(parts, ' ', 1, 6)
        end
        return out
        """;

    private static readonly string[] ByHand =
    [
        "return cjson.encode({1,2,3}), cjson.encode({a=1}), cjson.encode({}), cjson.encode('x'), cjson.encode(nil)", "return cjson.encode({1,nil,3}), cjson.encode({[5]=1}), cjson.encode({[11]=1})",
        "return cjson.encode({[1]=1,a=2})", "return cjson.encode({[true]=1})", "return cjson.encode(function() end)", "return cjson.encode(1/0)", "return cjson.encode(0/0)", "return cjson.encode()",
        "return cjson.encode('a/b\\\"c\\\\\\n\\t\\b\\f\\r\\0\\127\\200')", "return cjson.encode(0.1), cjson.encode(1e20), cjson.encode(123456789012345), cjson.encode(-0), cjson.encode(true)",
        "return cjson.decode('[1,2,{\"a\":null}]')", "return cjson.decode('{\"a\":{\"b\":[true,false]}}')", "return cjson.decode('')", "return cjson.decode('[1,2')", "return cjson.decode('[1,]')", "return cjson.decode('{\"a\":1,}')",
        "return cjson.decode('{a:1}')", "return cjson.decode('[1 2]')", "return cjson.decode('{\"a\" 1}')", "return cjson.decode('nul')", "return cjson.decode('\"abc')", "return cjson.decode('\"\\\\x\"')", "return cjson.decode('\"\\\\ud800\"')",
        "return cjson.decode('\"\\\\ud834\\\\udd1e\\\\u00e9\\\\u0041\"')", "return cjson.decode('0x10'), cjson.decode('01'), cjson.decode('1e3'), cjson.decode('-5.5')", "return cjson.decode('+1')", "return cjson.decode('-')", "return cjson.decode('[1]x')", "return cjson.decode('nan'), cjson.decode('-inf')",
        "return cjson.decode('\\0\\0')", "return cjson.decode('1\\0garbage')", "return cjson.decode('@')", "return cjson.decode(('['):rep(1001))", "return cjson.decode({})", "return cjson.decode('1','2')", "return cjson.decode(' [ 1 , 2 ] ')", "return cjson.null, cjson.decode('null') == cjson.null",
        "return cjson.encode_max_depth(), cjson.decode_max_depth(), cjson.encode_sparse_array(), cjson.encode_number_precision()", "return cjson.encode_max_depth(0)", "return cjson.encode_number_precision(15)", "return cjson.encode_keep_buffer(1,2)", "return cjson.encode_invalid_numbers('bogus')",
        "cjson.encode_invalid_numbers(true) local s = cjson.encode({1/0,-1/0,0/0}) cjson.encode_invalid_numbers(false) return s", "cjson.encode_invalid_numbers('null') local s = cjson.encode({1/0}) cjson.encode_invalid_numbers(false) return s", "local c = cjson.new() return c.encode_number_precision(3), c.encode(3.14159), cjson.encode(3.14159)",
        "cjson.encode_sparse_array(true) local s = cjson.encode({[100]=1}) cjson.encode_sparse_array(false) return s", "cjson.decode_invalid_numbers(false) local r = {pcall(cjson.decode, '0x10')} cjson.decode_invalid_numbers(true) return unpack(r)", "return cjson._NAME, cjson._VERSION",
        "return cmsgpack.pack(1,-1,127,128,255,256), cmsgpack.pack(65535,65536,2^32,2^53,-32,-33,-128,-129,-32768,-32769,-2^31,-2^31-1)", "return cmsgpack.pack(0.5,0.1,1/0,0/0,1e300,2^63,-2^63)", "return cmsgpack.pack('a',('x'):rep(40),nil,true,false)", "return cmsgpack.pack({1,2,3}), cmsgpack.pack({a=1}), cmsgpack.pack({}), cmsgpack.pack({['1']=5})",
        "return cmsgpack.pack({1,nil,3}), cmsgpack.pack({[2]=1}), cmsgpack.pack({[1.5]=1}), cmsgpack.pack({[0]=1})", "return cmsgpack.pack()", "return cmsgpack.pack(pcall == nil, cmsgpack.pack)", "local t = {} t[1] = t return cmsgpack.pack(t)", "return cmsgpack.unpack(cmsgpack.pack(1,'a',{1,{b=2}},nil,true))", "return cmsgpack.unpack('')", "return cmsgpack.unpack('\\193')",
        "return cmsgpack.unpack('\\204')", "return cmsgpack.unpack('\\129\\192\\1')", "return cmsgpack.unpack_one('\\1\\2\\3'), cmsgpack.unpack_one('\\1\\2\\3', 1), cmsgpack.unpack_one('\\1', 0)", "return cmsgpack.unpack_limit('\\1\\2\\3', 2), cmsgpack.unpack_limit('\\1\\2\\3', 2, 1)", "return cmsgpack.unpack_one('\\1', 5)", "return cmsgpack.unpack_one('\\1', -1)", "return cmsgpack.unpack_limit('\\1', -1)",
        "return cmsgpack.unpack('\\207\\255\\255\\255\\255\\255\\255\\255\\255'), cmsgpack.unpack('\\206\\255\\255\\255\\255')", "return cmsgpack.unpack('\\145'), 1", "return cmsgpack._NAME, cmsgpack._VERSION, cmsgpack._COPYRIGHT, cmsgpack._DESCRIPTION",
        "return struct.pack('>I2<i4bBhHlLfd', 1,2,-3,4,5,6,7,8,1.5,2.5)", "return struct.unpack('>I2<i4', '\\0\\1\\2\\0\\0\\0')", "return struct.pack('s', 'abc'), struct.pack('c3', 'abcdef'), struct.pack('c0', 'xyz')", "return struct.pack('c5','abc')", "return struct.unpack('s', 'abc\\0def'), struct.unpack('s','abc')", "return struct.unpack('Bc0','\\3abcdef')", "return struct.unpack('c0','abc')",
        "return struct.size('i4'), struct.size('!8bd'), struct.size('bxh')", "return struct.size('s')", "return struct.size('c0')", "return struct.pack('y',1)", "return struct.pack('!3i',1)", "return struct.pack('i99',1)", "return struct.pack('i33',1)", "return struct.pack('i99999999999',1)", "return struct.pack('!4bi4',1,2), struct.pack('!bd',1,2)", "return struct.unpack('b','\\255'), struct.unpack('B','\\255'), struct.unpack('h','\\0\\128')",
        "return struct.unpack('i4','abc')", "return struct.unpack('b','a',0)", "return struct.unpack('b','a',-5)", "return struct.unpack('b','a',2)", "return struct.unpack('>i3<i3','\\255\\255\\254\\1\\2\\3')", "return struct.unpack('>i8>I8',('\\255'):rep(16))", "return struct.pack('i')", "return struct.pack('>L',2^63), struct.pack('>l',-1), struct.pack('>i16',-2), struct.pack('>I3',2^30)",
        "return bit.band(255,15), bit.bor(1,2), bit.bxor(5,1), bit.bnot(0), bit.lshift(1,31), bit.rshift(-1,28)", "return bit.arshift(-256,4), bit.rol(0x12345678,8), bit.ror(1,1), bit.bswap(0x12345678), bit.tobit(2^40+5), bit.tohex(255)", "return bit.tohex(-1,4), bit.tohex(255,-2), bit.tohex(1,20), bit.tohex(0,0)", "return bit.band('x')", "return bit.band()", "return bit.band(1.5,3), bit.bor('7',8), bit.tobit(-1.5), bit.tobit(0.5), bit.tobit(1e100)", "return bit.lshift(1,32), bit.lshift(1,-1)", "return bit.lshift(1)",
        "math.randomseed(5) return math.random(10), math.random(100), math.random(5,9), math.random()", "math.randomseed(-1) return math.random(1000000), math.random(-5,5)", "return math.random(0)", "return ('x'):rep(3), tostring(nil), loadstring('\\27Lua')", "return select(2, pcall(string.dump, tostring))", "return type(load), newproxy == nil",
    ];

    private readonly ReferenceRedis _redis;
    private readonly Engine _engine = new();

    public RedisLibraryTests(ReferenceRedis redis) => _redis = redis;

    [RedisFact]
    public void ByHandTheySayTheSame() =>
        AssertSame([.. ByHand.Where(p => !p.Contains("newproxy", StringComparison.Ordinal) && !p.Contains("string.dump", StringComparison.Ordinal))]);

    [RedisFact]
    public void DrawnTheySayTheSame()
    {
        Random random = new(4711);
        for (int done = 0; done < Programs; done += PerCall)
            AssertSame([.. Enumerable.Range(0, PerCall).Select(_ => Draw(random))]);
    }

    private void AssertSame(string[] programs)
    {
        RespNode reply = _redis.Call(["EVAL", Driver, "0", .. programs]);
        Assert.False(reply.IsError, reply.Text);
        LuaState state = _engine.State;
        LuaTable arguments = state.NewTable();
        for (int i = 0; i < programs.Length; i++)
            state.SetItem(arguments, i + 1, new LuaValue(state.String(programs[i])));
        state.SetGlobal("ARGV", new LuaValue(arguments));
        Assert.True(_engine.Run(Driver) == LuaOutcome.Completed, _engine.ErrorText);
        LuaTable results = (LuaTable)state.Results[0].Object!;
        for (int i = 0; i < programs.Length; i++)
        {
            string expected = reply.Items[i].Text, actual = ((LuaString)state.GetItem(results, i + 1).Object!).ToString();
            if (expected != actual)
                Assert.Fail($"{programs[i]}\n-- redis-server:\n{expected}\n-- engine:\n{actual}");
        }
    }

    private static string Draw(Random random) => random.Next(6) switch
    {
        0 => $"return cjson.encode({Value(random, 3)}), cjson.decode(cjson.encode({{{Value(random, 2)}, {Value(random, 2)}}}))",
        1 => $"return cjson.decode({Quote(Broken(random, Json(random, 3)))})",
        2 => $"local s = cmsgpack.pack({Value(random, 3)}, {Value(random, 2)}) return s, cmsgpack.unpack(s)",
        3 => $"return cmsgpack.unpack({Quote(new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(256))]))})",
        4 => $"local s = struct.pack('{Layout(random)}', {random.Next(-300, 300)}, {random.Next(300)}, {Value(random, 0)}, 'text', 1.25, 7) return s, struct.unpack('{Layout(random)}', s)",
        _ => $"return bit.{Pick(random, "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror")}({Number(random)}, {Number(random)}), bit.tohex({Number(random)}, {random.Next(-9, 9)})",
    };

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private static string Number(Random random) => random.Next(4) switch
    {
        0 => random.Next(-40000, 70000).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * 1e10).ToString("R", CultureInfo.InvariantCulture),
        2 => $"2^{random.Next(0, 70)}",
        _ => Pick(random, "0", "-1", "0.5", "127", "-128", "1e15", "-2^31", "2^32-1"),
    };

    private static string Value(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 or 1 => Number(random),
        2 => Pick(random, "true", "false", "nil", "cjson.null"),
        3 or 4 => Quote(new string([.. Enumerable.Range(0, random.Next(random.Next(5) == 0 ? 300 : 8)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 256 : 32, 256))])),
        5 or 6 => $"{{{string.Join(", ", Enumerable.Range(0, random.Next(6)).Select(_ => Value(random, depth - 1)))}}}",
        _ => $"{{{string.Join(", ", Enumerable.Range(0, random.Next(5)).Select(i => random.Next(3) == 0 ? $"[{Number(random)}] = {Value(random, depth - 1)}" : $"k{i * 7} = {Value(random, depth - 1)}"))}}}",
    };

    private static string Json(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 or 1 => Pick(random, "1", "-2.5", "1e5", "0", "123456789", "0.1e-3", "-0", "00", "0x1F", ".5", "1.", "Infinity", "NaN"),
        2 => Pick(random, "true", "false", "null"),
        3 or 4 => $"\"{Pick(random, "", "abc", "\\n\\t", "\\u00e4\\u20ac", "\\ud834\\udd1e", "a b", "\\/")}\"",
        5 or 6 => $"[{string.Join(Pick(random, ",", " , "), Enumerable.Range(0, random.Next(5)).Select(_ => Json(random, depth - 1)))}]",
        _ => $"{{{string.Join(",", Enumerable.Range(0, random.Next(5)).Select(i => $"\"k{i}\":{Json(random, depth - 1)}"))}}}",
    };

    // Half of them lose, double or change a byte.
    private static string Broken(Random random, string json)
    {
        if (random.Next(2) == 0 || json.Length == 0)
            return json;
        int at = random.Next(json.Length);
        return random.Next(3) switch
        {
            0 => json.Remove(at, 1),
            1 => json.Insert(at, json[at].ToString()),
            _ => json.Remove(at, 1).Insert(at, Pick(random, ",", "}", "]", "\"", "x", "\\", "1")),
        };
    }

    private static string Layout(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(random, "b", "B", "h", "H", "i4", "I3", "l", "L", "f", "d", "x", ">", "<", "!4", "!", "i2", "T", "c2", "s")));

    private static string Quote(string text) => $"'{string.Concat(text.Select(c => $"\\{(int)c:d3}"))}'";
}
