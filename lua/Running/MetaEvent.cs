namespace Pkv.Lua;

/// <summary>Metamethods, in the order of their names in <see cref="MetaNames"/>. The first eight are remembered as absent by tables.</summary>
internal enum MetaEvent
{
    Index,
    NewIndex,
    Gc,
    Mode,
    Eq,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Unm,
    Len,
    Lt,
    Le,
    Concat,
    Call,
    ToString,
    Metatable,
}
