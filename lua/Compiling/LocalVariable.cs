namespace Pkv.Lua;

/// <summary>A local variable and the instructions over which it lives, for names in error messages.</summary>
internal struct LocalVariable
{
    public LuaString Name;
    public int StartPc;
    public int EndPc;
}
