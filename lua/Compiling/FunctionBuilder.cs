namespace Pkv.Lua;

/// <summary>
/// Generates the code of one function: chooses registers for expressions, folds constants, turns conditions into jumps.
/// </summary>
internal sealed class FunctionBuilder(CompileContext context, FunctionBuilder? outer, Lexer lexer) : FunctionScope(context, outer, lexer)
{
    private void Free(int operand)
    {
        if (!Instruction.IsConstant(operand) && operand >= ActiveCount)
            FreeRegister--;
    }

    private void Free(in Expression e)
    {
        if (e.Kind == ExpressionKind.Register)
            Free(e.Info);
    }

    public void SetResults(ref Expression e, int count)
    {
        if (e.Kind == ExpressionKind.Call)
            this[e.Info] = this[e.Info] with { C = (ushort)(count + 1) };
        else if (e.Kind == ExpressionKind.VarArg)
        {
            this[e.Info] = this[e.Info] with { B = count + 1, A = (byte)FreeRegister };
            Reserve(1);
        }
    }

    public void SetOneResult(ref Expression e)
    {
        if (e.Kind == ExpressionKind.Call)
        {
            e.Kind = ExpressionKind.Register;
            e.Info = this[e.Info].A;
        }
        else if (e.Kind == ExpressionKind.VarArg)
        {
            this[e.Info] = this[e.Info] with { B = 2 };
            e.Kind = ExpressionKind.Relocatable;
        }
    }

    /// <summary>Turns a variable into a value.</summary>
    public void Discharge(ref Expression e)
    {
        switch (e.Kind)
        {
            case ExpressionKind.Local:
                e.Kind = ExpressionKind.Register;
                break;
            case ExpressionKind.UpValue:
                Relocate(ref e, Emit(Opcode.GetUpvalue, 0, e.Info, 0));
                break;
            case ExpressionKind.Global:
                Relocate(ref e, Emit(Opcode.GetGlobal, 0, e.Info, 0));
                break;
            case ExpressionKind.Indexed:
                Free(e.Aux);
                Free(e.Info);
                Relocate(ref e, Emit(Opcode.GetTable, 0, e.Info, e.Aux));
                break;
            case ExpressionKind.VarArg or ExpressionKind.Call:
                SetOneResult(ref e);
                break;
        }
    }

    private static void Relocate(ref Expression e, int pc)
    {
        e.Info = pc;
        e.Kind = ExpressionKind.Relocatable;
    }

    private void DischargeTo(ref Expression e, int register)
    {
        Discharge(ref e);
        switch (e.Kind)
        {
            case ExpressionKind.Nil:
                EmitNil(register, 1);
                break;
            case ExpressionKind.True or ExpressionKind.False:
                Emit(Opcode.LoadBool, register, e.Kind == ExpressionKind.True ? 1 : 0, 0);
                break;
            case ExpressionKind.Constant:
                Emit(Opcode.LoadK, register, e.Info, 0);
                break;
            case ExpressionKind.Number:
                Emit(Opcode.LoadK, register, NumberConstant(e.Number), 0);
                break;
            case ExpressionKind.Relocatable:
                this[e.Info] = this[e.Info] with { A = (byte)register };
                break;
            case ExpressionKind.Register:
                if (e.Info != register)
                    Emit(Opcode.Move, register, e.Info, 0);
                break;
            default:
                return;
        }
        e.Info = register;
        e.Kind = ExpressionKind.Register;
    }

    private void ToRegister(ref Expression e, int register)
    {
        DischargeTo(ref e, register);
        if (e.Kind == ExpressionKind.Jump)
            Join(ref e.TrueList, e.Info);
        if (e.HasJumps)
        {
            int isFalse = NoJump, isTrue = NoJump;
            if (NeedsValue(e.TrueList) || NeedsValue(e.FalseList))
            {
                int around = e.Kind == ExpressionKind.Jump ? NoJump : EmitJump();
                isFalse = LabelBool(register, 0, 1);
                isTrue = LabelBool(register, 1, 0);
                PatchToHere(around);
            }
            int end = MarkLabel();
            PatchTo(e.FalseList, end, register, isFalse);
            PatchTo(e.TrueList, end, register, isTrue);
        }
        e = new Expression(ExpressionKind.Register, register);
    }

    private int LabelBool(int register, int value, int skip)
    {
        MarkLabel();
        return Emit(Opcode.LoadBool, register, value, skip);
    }

    public void ToNextRegister(ref Expression e)
    {
        Discharge(ref e);
        Free(in e);
        Reserve(1);
        ToRegister(ref e, FreeRegister - 1);
    }

    public int ToAnyRegister(ref Expression e)
    {
        Discharge(ref e);
        if (e.Kind == ExpressionKind.Register)
        {
            if (!e.HasJumps)
                return e.Info;
            if (e.Info >= ActiveCount)
            {
                ToRegister(ref e, e.Info);
                return e.Info;
            }
        }
        ToNextRegister(ref e);
        return e.Info;
    }

    public void ToValue(ref Expression e)
    {
        if (e.HasJumps)
            ToAnyRegister(ref e);
        else
            Discharge(ref e);
    }

    /// <summary>Makes an operand that is a register or a constant with a small enough index.</summary>
    public int ToOperand(ref Expression e)
    {
        ToValue(ref e);
        int index = -1;
        switch (e.Kind)
        {
            case ExpressionKind.Number:
                index = NumberConstant(e.Number);
                break;
            case ExpressionKind.Nil:
                index = NilConstant();
                break;
            case ExpressionKind.True or ExpressionKind.False:
                index = BooleanConstant(e.Kind == ExpressionKind.True);
                break;
            case ExpressionKind.Constant:
                index = e.Info;
                break;
        }
        if (index is >= 0 and <= Instruction.MaxConstantOperand)
        {
            e.Kind = ExpressionKind.Constant;
            e.Info = index;
            return index | Instruction.ConstantBit;
        }
        return ToAnyRegister(ref e);
    }

    public void Store(in Expression variable, ref Expression e)
    {
        switch (variable.Kind)
        {
            case ExpressionKind.Local:
                Free(in e);
                ToRegister(ref e, variable.Info);
                return;
            case ExpressionKind.UpValue:
                Emit(Opcode.SetUpvalue, ToAnyRegister(ref e), variable.Info, 0);
                break;
            case ExpressionKind.Global:
                Emit(Opcode.SetGlobal, ToAnyRegister(ref e), variable.Info, 0);
                break;
            default:
                int operand = ToOperand(ref e);
                Emit(Opcode.SetTable, variable.Info, variable.Aux, operand);
                break;
        }
        Free(in e);
    }

    public void Self(ref Expression e, ref Expression key)
    {
        ToAnyRegister(ref e);
        Free(in e);
        int function = FreeRegister;
        Reserve(2);
        Emit(Opcode.Self, function, e.Info, ToOperand(ref key));
        Free(in key);
        e.Info = function;
        e.Kind = ExpressionKind.Register;
    }

    public void Indexed(ref Expression table, ref Expression key)
    {
        table.Aux = ToOperand(ref key);
        table.Kind = ExpressionKind.Indexed;
    }

    private int JumpWhen(ref Expression e, bool condition)
    {
        if (e.Kind == ExpressionKind.Relocatable && this[e.Info] is { Op: Opcode.Not } not)
        {
            RemoveLast();
            return EmitTest(Opcode.Test, not.B, 0, condition ? 0 : 1);
        }
        if (e.Kind != ExpressionKind.Register)
        {
            Reserve(1);
            DischargeTo(ref e, FreeRegister - 1);
        }
        Free(in e);
        return EmitTest(Opcode.TestSet, Instruction.NoRegister, e.Info, condition ? 1 : 0);
    }

    private int EmitTest(Opcode op, int a, int b, int c)
    {
        Emit(op, a, b, c);
        return EmitJump();
    }

    public void GoIfTrue(ref Expression e)
    {
        Discharge(ref e);
        int jump = NoJump;
        switch (e.Kind)
        {
            case ExpressionKind.Constant or ExpressionKind.Number or ExpressionKind.True:
                break;
            case ExpressionKind.Jump:
                InvertTest(e.Info);
                jump = e.Info;
                break;
            default:
                jump = JumpWhen(ref e, false);
                break;
        }
        Join(ref e.FalseList, jump);
        PatchToHere(e.TrueList);
        e.TrueList = NoJump;
    }

    public void GoIfFalse(ref Expression e)
    {
        Discharge(ref e);
        int jump = e.Kind switch
        {
            ExpressionKind.Nil or ExpressionKind.False => NoJump,
            ExpressionKind.Jump => e.Info,
            _ => JumpWhen(ref e, true),
        };
        Join(ref e.TrueList, jump);
        PatchToHere(e.FalseList);
        e.FalseList = NoJump;
    }

    private void EmitNot(ref Expression e)
    {
        Discharge(ref e);
        switch (e.Kind)
        {
            case ExpressionKind.Nil or ExpressionKind.False:
                e.Kind = ExpressionKind.True;
                break;
            case ExpressionKind.Constant or ExpressionKind.Number or ExpressionKind.True:
                e.Kind = ExpressionKind.False;
                break;
            case ExpressionKind.Jump:
                InvertTest(e.Info);
                break;
            default:
                if (e.Kind != ExpressionKind.Register)
                {
                    Reserve(1);
                    DischargeTo(ref e, FreeRegister - 1);
                }
                Free(in e);
                Relocate(ref e, Emit(Opcode.Not, 0, e.Info, 0));
                break;
        }
        (e.FalseList, e.TrueList) = (e.TrueList, e.FalseList);
        RemoveValues(e.FalseList);
        RemoveValues(e.TrueList);
    }

    private void EmitArithmetic(Opcode op, ref Expression a, ref Expression b)
    {
        if (Fold(op, ref a, in b))
            return;
        int right = op is Opcode.Unm or Opcode.Len ? 0 : ToOperand(ref b);
        int left = ToOperand(ref a);
        if (left > right)
        {
            Free(in a);
            Free(in b);
        }
        else
        {
            Free(in b);
            Free(in a);
        }
        Relocate(ref a, Emit(op, 0, left, right));
    }

    // Neither divides by zero nor makes a NaN: their signs belong to the run.
    private static bool Fold(Opcode op, ref Expression a, in Expression b)
    {
        if (!a.IsNumeral || !b.IsNumeral || op is Opcode.Len or Opcode.Concat || (op is Opcode.Div or Opcode.Mod && b.Number == 0))
            return false;
        double result = Arithmetic.Apply(op, a.Number, b.Number);
        if (double.IsNaN(result))
            return false;
        a.Number = result;
        return true;
    }

    public void Prefix(UnaryOperator op, ref Expression e)
    {
        Expression zero = new(ExpressionKind.Number, 0);
        switch (op)
        {
            case UnaryOperator.Minus:
                if (!e.IsNumeral)
                    ToAnyRegister(ref e);
                EmitArithmetic(Opcode.Unm, ref e, ref zero);
                break;
            case UnaryOperator.Not:
                EmitNot(ref e);
                break;
            default:
                ToAnyRegister(ref e);
                EmitArithmetic(Opcode.Len, ref e, ref zero);
                break;
        }
    }

    /// <summary>Readies the left operand, before the right one is read.</summary>
    public void Infix(BinaryOperator op, ref Expression e)
    {
        switch (op)
        {
            case BinaryOperator.And:
                GoIfTrue(ref e);
                break;
            case BinaryOperator.Or:
                GoIfFalse(ref e);
                break;
            case BinaryOperator.Concat:
                ToNextRegister(ref e);
                break;
            case <= BinaryOperator.Pow:
                if (!e.IsNumeral)
                    ToOperand(ref e);
                break;
            default:
                ToOperand(ref e);
                break;
        }
    }

    public void Postfix(BinaryOperator op, ref Expression a, ref Expression b)
    {
        switch (op)
        {
            case BinaryOperator.And:
                Discharge(ref b);
                Join(ref b.FalseList, a.FalseList);
                a = b;
                break;
            case BinaryOperator.Or:
                Discharge(ref b);
                Join(ref b.TrueList, a.TrueList);
                a = b;
                break;
            case BinaryOperator.Concat:
                PostfixConcat(ref a, ref b);
                break;
            case <= BinaryOperator.Pow:
                EmitArithmetic((Opcode)((int)Opcode.Add + (int)op), ref a, ref b);
                break;
            default:
                EmitComparison(op, ref a, ref b);
                break;
        }
    }

    // a .. (b .. c) becomes one instruction over neighbouring registers.
    private void PostfixConcat(ref Expression a, ref Expression b)
    {
        ToValue(ref b);
        if (b.Kind == ExpressionKind.Relocatable && this[b.Info].Op == Opcode.Concat)
        {
            Free(in a);
            this[b.Info] = this[b.Info] with { B = a.Info };
            a.Kind = ExpressionKind.Relocatable;
            a.Info = b.Info;
            return;
        }
        ToNextRegister(ref b);
        EmitArithmetic(Opcode.Concat, ref a, ref b);
    }

    private void EmitComparison(BinaryOperator op, ref Expression a, ref Expression b)
    {
        int left = ToOperand(ref a), right = ToOperand(ref b);
        Free(in b);
        Free(in a);
        (Opcode code, int condition) = op switch
        {
            BinaryOperator.NotEqual => (Opcode.Eq, 0),
            BinaryOperator.Equal => (Opcode.Eq, 1),
            BinaryOperator.Less or BinaryOperator.Greater => (Opcode.Lt, 1),
            _ => (Opcode.Le, 1),
        };
        if (op is BinaryOperator.Greater or BinaryOperator.GreaterEqual)
            (left, right) = (right, left);
        a.Info = EmitTest(code, condition, left, right);
        a.Kind = ExpressionKind.Jump;
    }
}
