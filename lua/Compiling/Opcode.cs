namespace Pkv.Lua;

/// <summary>
/// Instructions as the compiler emits them: Lua 5.1's set, so that error messages can name variables from them. R is a register, K a
/// constant, RK one of both (<see cref="Instruction.IsConstant"/>).
/// </summary>
internal enum Opcode : byte
{
    Move,       // R(A) := R(B)
    LoadK,      // R(A) := K(B)
    LoadBool,   // R(A) := B; if C, skip one
    LoadNil,    // R(A..B) := nil
    GetUpvalue, // R(A) := upvalue B
    GetGlobal,  // R(A) := globals[K(B)]
    GetTable,   // R(A) := R(B)[RK(C)]
    SetGlobal,  // globals[K(B)] := R(A)
    SetUpvalue, // upvalue B := R(A)
    SetTable,   // R(A)[RK(B)] := RK(C)
    NewTable,   // R(A) := {}, room for B items and C fields
    Self,       // R(A+1) := R(B); R(A) := R(B)[RK(C)]
    Add,        // R(A) := RK(B) + RK(C), and so on
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Unm,        // R(A) := -R(B)
    Not,
    Len,
    Concat,     // R(A) := R(B) .. ... .. R(C)
    Jmp,        // pc += B
    Eq,         // if (RK(B) == RK(C)) ~= A, skip the jump that follows
    Lt,
    Le,
    Test,       // if R(A) is not C, skip the jump that follows
    TestSet,    // if R(B) is C then R(A) := R(B), else skip the jump that follows
    Call,       // R(A), ... := R(A)(R(A+1), ... R(A+B-1)); B = 0: up to top; C - 1 results, C = 0: all
    TailCall,
    Return,     // return R(A), ... R(A+B-2); B = 0: up to top
    ForLoop,    // R(A) += R(A+2); if within R(A+1) then pc += B, R(A+3) := R(A)
    ForPrep,    // R(A) -= R(A+2); pc += B
    TForLoop,   // R(A+3), ... R(A+2+C) := R(A)(R(A+1), R(A+2)); if R(A+3) is nil, skip the jump that follows
    SetList,    // R(A)[(B-1)*50 + i] := R(A+i), i in 1..C; C = 0: up to top
    Close,      // close upvalues from R(A)
    Closure,    // R(A) := closure of nested prototype B
    VarArg,     // R(A), ... R(A+B-2) := ...; B = 0: all
}
