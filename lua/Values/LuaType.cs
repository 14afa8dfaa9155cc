namespace Pkv.Lua;

/// <summary>The types of Lua 5.1, numbered as the C implementation numbers them.</summary>
public enum LuaType : byte
{
    Nil = 0,
    Boolean = 1,
    LightUserdata = 2,
    Number = 3,
    String = 4,
    Table = 5,
    Function = 6,
    Userdata = 7,
    Thread = 8,
}
