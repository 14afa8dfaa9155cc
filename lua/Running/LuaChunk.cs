namespace Pkv.Lua;

/// <summary>A compiled chunk of one state, to be run any number of times.</summary>
public sealed class LuaChunk
{
    internal readonly LuaClosure Closure;

    internal LuaChunk(LuaClosure closure) => Closure = closure;
}
