namespace Pkv.Lua;

/// <summary>
/// What a value other than a number refers to. Objects belong to one <see cref="LuaState"/> and are used by one thread at a time;
/// the singletons of <see cref="Special"/> and constant strings of a chunk are shared and never written.
/// </summary>
public abstract class LuaObject
{
    internal readonly LuaType Type;

    /// <summary>The census that last reached this object (<see cref="MemoryCensus"/>).</summary>
    internal int Mark;

    /// <summary>Stands for the address that C Lua prints and hashes; 0 until asked for.</summary>
    internal uint Identity;

    private protected LuaObject(LuaType type) => Type = type;
}
