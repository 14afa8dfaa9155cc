namespace Pkv.Lua;

/// <summary>A full userdata: nothing but an identity and a metatable (newproxy), or a host's object.</summary>
public sealed class Userdata : LuaObject
{
    internal const int Cost = 40;

    internal LuaTable? Metatable;

    internal Userdata()
        : base(LuaType.Userdata)
    {
    }
}
