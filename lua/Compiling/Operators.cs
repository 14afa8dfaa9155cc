namespace Pkv.Lua;

/// <summary>Binary operators; the arithmetic ones first, in the order of their opcodes.</summary>
internal enum BinaryOperator
{
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Concat,
    NotEqual,
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    None,
}

internal enum UnaryOperator
{
    Minus,
    Not,
    Length,
    None,
}
