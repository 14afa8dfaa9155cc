namespace Pkv.Lua;

/// <summary>The values that are only themselves: nil, true, false and the null pointer (cjson.null).</summary>
/// <remarks>Without references inside, so that the runtime allocates them in its frozen heap: comparing with one is comparing with a
/// constant, and storing one needs no write barrier.</remarks>
internal sealed class Special : LuaObject
{
    public static readonly Special Nil = new(LuaType.Nil);
    public static readonly Special False = new(LuaType.Boolean);
    public static readonly Special True = new(LuaType.Boolean);
    public static readonly Special NullPointer = new(LuaType.LightUserdata);

    private Special(LuaType type)
        : base(type)
    {
    }
}
