using System.Text;
using Pkv.Lua;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>What a host sees: chunks run many times, functions of its own, protected tables, nothing kept and next to nothing allocated.</summary>
public sealed class HostTests
{
    private static readonly Engine Shared = new();

    private static LuaChunk Compile(LuaState state, string source) => state.Compile("@user_script", Encoding.Latin1.GetBytes(source));

    [Fact]
    public void AChunkIsCompiledOnceAndRunManyTimes()
    {
        Engine engine = new();
        LuaChunk chunk = Compile(engine.State, "local a, b = ... return a + b");
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(LuaOutcome.Completed, engine.State.Run(chunk, new LuaValue(i), new LuaValue(1)));
            Assert.Equal(i + 1, engine.State.Results[0].Number);
        }
    }

    [Fact]
    public void AHostFunctionReadsAndReturns()
    {
        Engine engine = new();
        engine.State.SetGlobal("swap", new LuaValue(engine.State.Function("swap", static call =>
        {
            LuaValue first = call[0], second = call[1];
            return call.Return(second, first);
        })));
        Assert.Equal("2 1", engine.Says("return swap(1, 2)"));
        Assert.Equal("nil 7", engine.Says("return swap(7)"));
    }

    [Fact]
    public void AHostFunctionsErrorNamesTheCall()
    {
        Engine engine = new();
        engine.State.SetGlobal("need", new LuaValue(engine.State.Function("need", static call => call.Return(call.CheckNumber(0)))));
        Assert.Equal("error: s:1: bad argument #1 to 'need' (number expected, got table)", engine.Says("return need({})"));
        Assert.Equal("error: s:2: bad argument #1 to 'other' (number expected, got no value)", engine.Says("local other = need\nreturn other()"));
    }

    [Fact]
    public void ErrorsCarryTheChunksNameAndLine()
    {
        LuaChunk chunk = Compile(Shared.State, "local x = 1\nreturn nothing.here");
        Assert.Equal(LuaOutcome.Failed, Shared.State.Run(chunk));
        Assert.Equal("user_script:2: attempt to index global 'nothing' (a nil value)", Shared.ErrorText);
        LuaException error = Assert.Throws<LuaException>(() => Compile(Shared.State, "return return"));
        Assert.Equal("user_script:1: unexpected symbol near 'return'", error.Message);
    }

    [Fact]
    public void ProtectedTablesRefuseEveryWrite()
    {
        Engine engine = new();
        engine.State.ProtectGlobals();
        const string refused = "Attempt to modify a readonly table";
        foreach (string script in new[] { "x = 1", "string.rep = 1", "_G.x = 1", "_G[1] = 1", "getmetatable('').__index = nil", "math.pi = 3", "getmetatable(_G).__index = nil" })
            Assert.Equal($"error: s:1: {refused}", engine.Says(script));
        foreach (string script in new[] { "rawset(_G, 'x', 1)", "setmetatable(_G, {})", "table.insert(_G, 1)", "setmetatable(math, nil)" })
            Assert.Equal($"error: {refused}", engine.Says(script));
        Assert.Equal("error: s:1: Script attempted to access nonexistent global variable 'nothing'", engine.Says("return nothing"));
        Assert.Equal("function", engine.Says("return string.rep"));
        engine.State.SetGlobal("KEYS", new LuaValue(1));
        Assert.Equal("1", engine.Says("return KEYS"));
    }

    [Fact]
    public void NothingOfARunIsKept()
    {
        Engine engine = new();
        WeakReference[] kept = Make(engine);
        engine.State.Reset();
        GC.Collect();
        Assert.All(kept, reference => Assert.False(reference.IsAlive));
        Assert.Equal(0, engine.State.MemoryUsed);
    }

    // A frame of its own, whose locals are gone when the collector looks.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference[] Make(Engine engine)
    {
        Assert.Equal(LuaOutcome.Completed, engine.Run("local t = {} local function f() return t end return t, f, coroutine.create(f), ('x'):rep(100)"));
        return [.. engine.State.Results.ToArray().Select(v => new WeakReference(v.Object))];
    }

    [Fact]
    public void ARunWithoutNewValuesAllocatesNothing()
    {
        LuaState state = new Engine().State;
        LuaChunk chunk = Compile(state, """
            local a, b = ...
            local n = 0
            for i = 1, 100 do
              if i % 2 == 0 then n = n + i * a else n = n - b end
            end
            local function add(x, y) return x + y end
            return math.floor(n), ('abc'):len(), type(n), n > 0 and 'yes' or 'no'
            """);
        void Run() => state.Run(chunk, new LuaValue(2), new LuaValue(1));
        Run();
        const int closure = 200;
        Assert.InRange(AllocatedBytes.Least(Run, closure), 0, closure);
    }

    [Fact]
    public void MillionsOfRunsNeedNoFullCollection()
    {
        LuaState state = new Engine().State;
        LuaChunk chunk = Compile(state, "local t = {} for i = 1, 5 do t[i] = 'v' .. i end return table.concat(t, ','), #t");
        state.Run(chunk);
        int before = GC.CollectionCount(2);
        for (int i = 0; i < 200_000; i++)
            state.Run(chunk);
        Assert.Equal("v1,v2,v3,v4,v5", Encoding.Latin1.GetString(state.Results[0].Bytes));
        // Other tests of this process may cause a few; garbage of these runs would cause hundreds.
        Assert.InRange(GC.CollectionCount(2) - before, 0, 20);
    }

    [Fact]
    public void CollectGarbageClearsWeakTables()
    {
        Assert.Equal("nil kept 1", Shared.Says("""
            local weak, kept = setmetatable({}, {__mode = 'v'}), {}
            weak[1], weak[2] = {}, kept
            weak.s = 'kept'
            collectgarbage()
            local n = 0
            for k, v in pairs(weak) do if type(v) == 'table' then n = n + 1 end end
            return weak[1], weak.s, n
            """));
        Assert.Equal("0", Shared.Says("local w = setmetatable({}, {__mode = 'k'}) w[{}] = 1 collectgarbage() local n = 0 for k in pairs(w) do n = n + 1 end return n"));
    }

    [Fact]
    public void RandomNumbersAreThoseOfRedis()
    {
        Engine engine = new();
        Assert.Equal("0.17082803611217 0.74990198051087", engine.Says("math.randomseed(0) return tostring(math.random()), tostring(math.random())"));
    }
}
