using System.Text;
using Pkv.Lua;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>Scripts that run away end with an error or a stop; the process, the state and its memory survive each of them.</summary>
public sealed class HostileScriptTests
{
    private const int Interrupts = 100;

    private static readonly LuaLimits Limits = new() { MemoryBytes = 8 << 20, HardMemoryBytes = 16 << 20 };

    public static TheoryData<string, string> Scripts => new()
    {
        { "while true do end", "stopped: script interrupted" },
        { "repeat until false", "stopped: script interrupted" },
        { "local x = 1 repeat until x == 2", "stopped: script interrupted" },
        { "local x = 'a' repeat until x < 'a'", "stopped: script interrupted" },
        { "local x, y = 1 repeat until x and y", "stopped: script interrupted" },
        { "local x = setmetatable({}, {__eq = function() return false end}) repeat until x == setmetatable({}, getmetatable(x))", "stopped: script interrupted" },
        { "for i = 1, math.huge do end", "stopped: script interrupted" },
        { "while true do pcall(error) end", "stopped: script interrupted" },
        { "while true do pcall(function() while true do end end) end", "stopped: script interrupted" },
        { "local function f() return f() end f()", "stopped: script interrupted" },
        { "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end", "stopped: script interrupted" },
        { "coroutine.wrap(function() while true do end end)()", "stopped: script interrupted" },
        { "xpcall(error, function() while true do end end)", "stopped: script interrupted" },
        { "for k in function() return 1 end do end", "stopped: script interrupted" },
        { "setmetatable({}, {__index = function() while true do end end}).x = nil; return setmetatable({}, {__index = function() while true do end end}).x", "stopped: script interrupted" },
        { "return string.rep(string.rep('x', 1024 * 1024), 10 * 1024)", "stopped: not enough memory" },
        { "return pcall(string.rep, 'x', 1e9)", "stopped: not enough memory" },
        { "return string.rep('x', 9 * 1024 * 1024)", "error: not enough memory" },
        { "return pcall(string.rep, 'x', 9 * 1024 * 1024)", "false not enough memory" },
        { "local t = {} for i = 1, 1e9 do t[i] = i end", "error: not enough memory" },
        { "local t = {} for i = 1, 1e9 do t[i] = {} end", "error: not enough memory" },
        { "local t = {} for i = 1, 1e9 do t['k' .. i] = true end", "error: not enough memory" },
        { "local s = 'x' while true do s = s .. s end", "error: not enough memory" },
        { "local t = {} while true do t = {t} end", "error: not enough memory" },
        { "local f = function() end while true do local g = f f = function() return g end end", "error: not enough memory" },
        { "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end", "error: not enough memory" },
        { "local t = {} for i = 1, 1e9 do t[i] = loadstring('return ' .. i) end", "error: not enough memory" },
        { "return ('a'):rep(200):find(('.-'):rep(100) .. 'b')", "stopped: script interrupted" },
        { "return ('a'):rep(50000):find(('a*'):rep(30) .. 'b')", "stopped: script interrupted" },
        { "return ('x'):rep(200000):find('.-.-.-.-b')", "stopped: script interrupted" },
        { "return ('a'):rep(100000):find(('a?'):rep(100000))", "error: s:1: pattern too complex" },
        { "return ('a'):rep(100000):match(('(a)'):rep(40))", "error: s:1: too many captures" },
        { "local s = ('a'):rep(1000000) return (s .. 'c'):find(('a'):rep(500000) .. 'b', 1, true)", "stopped: script interrupted" },
        { "return ('('):rep(100000):find('%b()')", "stopped: script interrupted" },
        { "local function f() return 1 + f() end f()", "error: s:1: stack overflow" },
        { "local function f() return pcall(f) end return f()", "true true" },
        { "local function f(s) return (s:gsub('.', f)) end return f('x')", "error: C stack overflow" },
        { "local t = {} for i = 1, 5 do t[i] = i end local function f(a, b) table.sort({3, 2, 1}, f) return a < b end table.sort(t, f)", "error: C stack overflow" },
        { "local t t = setmetatable({}, {__index = function(_, k) return t[k .. 'x'] end}) return t.a", "error: s:1: C stack overflow" },
        { "local t t = setmetatable({}, {__tostring = function() return tostring(t) end}) return tostring(t)", "error: C stack overflow" },
        { "local a = setmetatable({}, {}) getmetatable(a).__index = a return a.x", "error: s:1: loop in gettable" },
        { "local a = setmetatable({}, {}) getmetatable(a).__newindex = a a.x = 1", "error: s:1: loop in settable" },
        { "local t t = setmetatable({}, {__eq = function(a, b) return a == b end}) local u = setmetatable({}, getmetatable(t)) return t == u", "error: s:1: C stack overflow" },
        { "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t", "error: s:1: C stack overflow" },
        { "local function f() local co = coroutine.wrap(f) return co() end return f()", "error: " },
        { "return loadstring(('('):rep(100000) .. '1' .. (')'):rep(100000))", "nil [string \"((((((((((((((((((((((((((((((((((((((((((((((...\"]:1: chunk has too many syntax levels" },
        { "return loadstring('return ' .. ('-'):rep(100000, '') .. '1')", "function" },
        { "return loadstring('return ' .. ('not '):rep(100000) .. '1')", "nil [string \"return not not not not not not not not not no...\"]:1: chunk has too many syntax levels" },
        { "return loadstring(('do '):rep(100000))", "nil [string \"do do do do do do do do do do do do do do do d...\"]:1: chunk has too many syntax levels" },
        { "return loadstring('return ' .. ('{'):rep(100000))", "nil [string \"return {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{...\"]:1: chunk has too many syntax levels" },
        { "return loadstring('x = ' .. ('a..'):rep(100000) .. 'a')", "nil [string \"x = a..a..a..a..a..a..a..a..a..a..a..a..a..a....\"]:1: chunk has too many syntax levels" },
        { "return pcall(cjson.decode, ('['):rep(100000))", "false Found too many nested data structures (1001) at character 1001" },
        { "local t = {} for i = 1, 5000 do t = {t} end cjson.encode_max_depth(10000) return pcall(cjson.encode, t)", "false Cannot serialise, excessive depth (2667)" },
        { "local t = {} t[1] = t return pcall(cjson.encode, t)", "false Cannot serialise, excessive depth (1001)" },
        { "return pcall(cmsgpack.unpack, ('\\145'):rep(1000000))", "false stack overflow (in function mp_decode_to_lua_array)" },
        { "return pcall(cmsgpack.unpack, '\\221\\255\\255\\255\\255')", "false Missing bytes in input." },
        { "local t = {} t[1] = t return #cmsgpack.pack(t)", "17" },
        { "return unpack({}, 1, 1e6)", "error: s:1: too many results to unpack" },
        { "return string.byte(('x'):rep(100000), 1, -1)", "error: s:1: stack overflow (string slice too long)" },
        { "local t = {} for i = 1, 300 do t[i] = 'a' .. i end return loadstring('local ' .. table.concat(t, ','))", "nil [string \"local a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,...\"]:1: main function has more than 200 local variables" },
        { "while true do load(function() return ('x'):rep(65536) end) end", "stopped: script interrupted" },
        { "return table.concat(setmetatable({}, {__index = function() return 'x' end}), '', 1, 2^31 - 1)", "error: s:1: invalid value (nil) at index 1 in table for 'concat'" },
        { "local n = 0 for i = 1, 1e9 do n = #string.rep('ab', 2) + #tostring(i) end", "stopped: script interrupted" },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void EndsInGoodTime(string script, string expected)
    {
        Engine engine = new(Limits);
        int left = Interrupts;
        engine.State.Interrupt = () => left-- > 0;
        string said = engine.Says(script);
        if (expected.EndsWith(": ", StringComparison.Ordinal))
            Assert.StartsWith(expected, said);
        else if (!said.StartsWith("true true", StringComparison.Ordinal) || expected != "true true")
            Assert.Equal(Shortened(expected), Shortened(said));
        // What comes after is none the worse.
        left = Interrupts;
        Assert.Equal("55", engine.Says("local n = 0 for i = 1, 10 do n = n + i end return n"));
        Assert.True(engine.State.MemoryUsed < Limits.MemoryBytes, $"{engine.State.MemoryUsed} bytes");
    }

    // Chunk names are cut at a length of their own, which is not what is tested here.
    private static string Shortened(string text)
    {
        int from = text.IndexOf("[string", StringComparison.Ordinal), to = text.IndexOf("\"]", StringComparison.Ordinal);
        return from < 0 || to < from ? text : text[..from] + text[to..];
    }

    [Fact]
    public void GarbageIsNotCounted()
    {
        Engine engine = new(Limits);
        Assert.Equal("100000", engine.Says("local n = 0 for i = 1, 100000 do local t = {i, tostring(i), ('x'):rep(1000)} n = n + 1 end return n"));
    }

    [Fact]
    public void WhatIsKeptIsCounted()
    {
        Engine engine = new(Limits);
        Assert.StartsWith("error: not enough memory", engine.Says("local t = {} for i = 1, 100000 do t[i] = ('x'):rep(1000) .. i end return #t"));
    }

    [Fact]
    public void KeysThatShareAHashRunIntoTheBudget()
    {
        // Of long strings only some bytes are hashed: these differ in others.
        StringBuilder script = new("local t, s = {}, ('x'):rep(1000) ");
        script.Append("for i = 1, 4000 do local k = s .. string.char(i % 256, 0, math.floor(i / 256)) .. s t[k] = i end return 'done'");
        Engine engine = new();
        int interrupts = 0;
        engine.State.Interrupt = () => ++interrupts < 1_000_000;
        Assert.Equal("done", engine.Says(script.ToString()));
        Assert.True(interrupts > 0, "4,000 inserted keys are more work than one interval");
    }

    [Fact]
    public void BytecodeIsRefused()
    {
        Engine engine = new();
        Assert.Equal("nil [string \"\u001bLua\"]:1: unexpected symbol near 'char(27)'", engine.Says("return loadstring('\\27Lua')"));
        Assert.StartsWith("nil ", engine.Says("return load(function() return '\\27Lua' end)"));
        Assert.Equal("false unable to dump given function", engine.Says("return pcall(string.dump, function() end)"));
    }
}
