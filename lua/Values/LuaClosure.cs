namespace Pkv.Lua;

/// <summary>A function written in Lua: its code, its environment and the variables it shares.</summary>
internal sealed class LuaClosure : LuaObject
{
    public readonly Prototype Prototype;
    public readonly UpValue[] UpValues;
    public LuaTable Environment;

    public LuaClosure(Prototype prototype, LuaTable environment)
        : base(LuaType.Function)
    {
        Prototype = prototype;
        Environment = environment;
        UpValues = prototype.UpValues.Length == 0 ? [] : new UpValue[prototype.UpValues.Length];
    }

    public int Cost => 80 + (UpValues.Length * 8);
}
