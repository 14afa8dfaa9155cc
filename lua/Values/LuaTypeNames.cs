namespace Pkv.Lua;

/// <summary>What type() returns and error messages say.</summary>
internal static class LuaTypeNames
{
    private static readonly string[] Names = ["nil", "boolean", "userdata", "number", "string", "table", "function", "userdata", "thread"];

    public static string Of(LuaType type) => Names[(int)type];
}
