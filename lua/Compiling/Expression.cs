namespace Pkv.Lua;

/// <summary>Where the value of an expression is, or how it will be had.</summary>
internal enum ExpressionKind
{
    Void,
    Nil,
    True,
    False,
    Constant,   // Info: index of the constant
    Number,     // Number
    Local,      // Info: register
    UpValue,    // Info: index
    Global,     // Info: constant with the name
    Indexed,    // Info: table's register, Aux: RK of the key
    Jump,       // Info: pc of the jump
    Relocatable, // Info: instruction that may put its result anywhere
    Register,   // Info: register
    Call,       // Info: pc
    VarArg,     // Info: pc
}

/// <summary>An expression being compiled, with the jumps that leave it when it is true or false.</summary>
internal struct Expression
{
    public const int NoJump = -1;

    public ExpressionKind Kind;
    public int Info;
    public int Aux;
    public double Number;
    public int TrueList;
    public int FalseList;

    public Expression(ExpressionKind kind, int info)
    {
        Kind = kind;
        Info = info;
        TrueList = FalseList = NoJump;
    }

    public readonly bool HasJumps => TrueList != FalseList;

    public readonly bool IsMultiple => Kind is ExpressionKind.Call or ExpressionKind.VarArg;

    public readonly bool IsNumeral => Kind == ExpressionKind.Number && TrueList == NoJump && FalseList == NoJump;
}
