namespace Pkv.Lua;

/// <summary>A place of a table's hash part; places of one chain are linked by index.</summary>
internal struct LuaTableNode
{
    public const int Cost = 40;

    public LuaValue Key;
    public LuaValue Value;

    /// <summary>Index of the next place of the chain, or -1.</summary>
    public int Next;
}
