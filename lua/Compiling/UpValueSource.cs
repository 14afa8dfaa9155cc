namespace Pkv.Lua;

/// <summary>Where a closure finds a shared variable when it is made: a register of the function around it, or one of its upvalues.</summary>
internal readonly record struct UpValueSource(bool IsLocal, int Index, LuaString Name);
