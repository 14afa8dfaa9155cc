namespace Pkv.Lua;

/// <summary>The names of metamethods.</summary>
internal static class MetaNames
{
    public const int Cached = 5;

    private static readonly string[] Texts =
    [
        "__index", "__newindex", "__gc", "__mode", "__eq", "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__len",
        "__lt", "__le", "__concat", "__call", "__tostring", "__metatable",
    ];

    public static LuaString[] Intern(LuaState state) => [.. Texts.Select(state.Name)];
}
