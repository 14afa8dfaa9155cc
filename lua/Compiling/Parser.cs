namespace Pkv.Lua;

/// <summary>Compiles a chunk in one pass, statement by statement. Refuses nesting beyond the depth of host calls, so its own recursion is bounded.</summary>
internal sealed class Parser : ExpressionParser
{
    private Parser(LuaState state, CompileContext context, Lexer lexer)
        : base(state, context, lexer)
    {
    }

    /// <exception cref="LuaException">A syntax error, or a limit of the budget.</exception>
    public static Prototype Compile(LuaState state, LuaString source, ReadOnlyMemory<byte> text)
    {
        CompileContext context = new(state, source);
        Parser parser = new(state, context, new Lexer(context, text));
        FunctionBuilder main = parser.OpenFunction(0);
        main.IsVarArg = true;
        parser.Lexer.Next();
        parser.Chunk();
        parser.Check(Token.EndOfStream);
        return parser.CloseFunction();
    }

    private bool BlockEnds => Lexer.Token is Token.Else or Token.ElseIf or Token.End or Token.Until or Token.EndOfStream;

    protected override void Chunk()
    {
        bool isLast = false;
        EnterLevel();
        while (!isLast && !BlockEnds)
        {
            isLast = Statement();
            TakeIf(Char(';'));
            Function.FreeRegister = Function.ActiveCount;
        }
        LeaveLevel();
    }

    private void Block()
    {
        EnterBlock(isLoop: false);
        Chunk();
        LeaveBlock();
    }

    // True for return and break, which end a block.
    private bool Statement()
    {
        int line = Lexer.Line;
        switch (Lexer.Token)
        {
            case Token.If:
                If(line);
                return false;
            case Token.While:
                While(line);
                return false;
            case Token.Do:
                Lexer.Next();
                Block();
                TakeMatch(Token.End, Token.Do, line);
                return false;
            case Token.For:
                For(line);
                return false;
            case Token.Repeat:
                Repeat(line);
                return false;
            case Token.Function:
                FunctionStatement(line);
                return false;
            case Token.Local:
                Lexer.Next();
                if (TakeIf(Token.Function))
                    LocalFunction();
                else
                    Local();
                return false;
            case Token.Return:
                Return();
                return true;
            case Token.Break:
                Lexer.Next();
                Break();
                return true;
            default:
                ExpressionStatement();
                return false;
        }
    }

    private int Condition()
    {
        Expression e = ReadExpression();
        if (e.Kind == ExpressionKind.Nil)
            e.Kind = ExpressionKind.False;
        Function.GoIfTrue(ref e);
        return e.FalseList;
    }

    private int TestThenBlock()
    {
        Lexer.Next();
        int exit = Condition();
        Take(Token.Then);
        Block();
        return exit;
    }

    private void If(int line)
    {
        int escapes = Expression.NoJump;
        int isFalse = TestThenBlock();
        while (Lexer.Token == Token.ElseIf)
        {
            Function.Join(ref escapes, Function.EmitJump());
            Function.PatchToHere(isFalse);
            isFalse = TestThenBlock();
        }
        if (Lexer.Token == Token.Else)
        {
            Function.Join(ref escapes, Function.EmitJump());
            Function.PatchToHere(isFalse);
            Lexer.Next();
            Block();
        }
        else
            Function.Join(ref escapes, isFalse);
        Function.PatchToHere(escapes);
        TakeMatch(Token.End, Token.If, line);
    }

    private void While(int line)
    {
        Lexer.Next();
        int start = Function.MarkLabel(), exit = Condition();
        EnterBlock(isLoop: true);
        Take(Token.Do);
        Block();
        Function.PatchList(Function.EmitJump(), start);
        TakeMatch(Token.End, Token.While, line);
        LeaveBlock();
        Function.PatchToHere(exit);
    }

    private void Repeat(int line)
    {
        int start = Function.MarkLabel();
        EnterBlock(isLoop: true);
        EnterBlock(isLoop: false);
        Lexer.Next();
        Chunk();
        TakeMatch(Token.Until, Token.Repeat, line);
        int exit = Condition();
        if (!Function.Block!.HasUpValue)
        {
            LeaveBlock();
            Function.PatchList(exit, start);
        }
        else
        {
            // The variables of this turn must be closed before the next one.
            Break();
            Function.PatchToHere(exit);
            LeaveBlock();
            Function.PatchList(Function.EmitJump(), start);
        }
        LeaveBlock();
    }

    private void For(int line)
    {
        EnterBlock(isLoop: true);
        Lexer.Next();
        LuaString name = TakeName();
        switch (Lexer.Token)
        {
            case (Token)'=':
                NumericFor(name, line);
                break;
            case (Token)',' or Token.In:
                GenericFor(name);
                break;
            default:
                throw Lexer.SyntaxError("'=' or 'in' expected");
        }
        TakeMatch(Token.End, Token.For, line);
        LeaveBlock();
    }

    private void NumericFor(LuaString name, int line)
    {
        int register = Function.FreeRegister;
        DeclareLocal("(for index)"u8, 0);
        DeclareLocal("(for limit)"u8, 1);
        DeclareLocal("(for step)"u8, 2);
        DeclareLocal(name, 3);
        Take(Char('='));
        ExpressionToNextRegister();
        Take(Char(','));
        ExpressionToNextRegister();
        if (TakeIf(Char(',')))
            ExpressionToNextRegister();
        else
        {
            Function.Emit(Opcode.LoadK, Function.FreeRegister, Function.NumberConstant(1), 0);
            Function.Reserve(1);
        }
        ForBody(register, line, 1, isNumeric: true);
    }

    private void ExpressionToNextRegister()
    {
        Expression e = ReadExpression();
        Function.ToNextRegister(ref e);
    }

    private void GenericFor(LuaString name)
    {
        int register = Function.FreeRegister, count = 0;
        DeclareLocal("(for generator)"u8, count++);
        DeclareLocal("(for state)"u8, count++);
        DeclareLocal("(for control)"u8, count++);
        DeclareLocal(name, count++);
        while (TakeIf(Char(',')))
            DeclareLocal(TakeName(), count++);
        Take(Token.In);
        int line = Lexer.Line;
        AdjustAssignment(3, ExpressionList(out Expression e), ref e);
        Function.CheckStack(3);
        ForBody(register, line, count - 3, isNumeric: false);
    }

    private void ForBody(int register, int line, int variables, bool isNumeric)
    {
        ActivateLocals(3);
        Take(Token.Do);
        int prepare = isNumeric ? Function.Emit(Opcode.ForPrep, register, Expression.NoJump, 0) : Function.EmitJump();
        EnterBlock(isLoop: false);
        ActivateLocals(variables);
        Function.Reserve(variables);
        Block();
        LeaveBlock();
        Function.PatchToHere(prepare);
        int end = isNumeric
            ? Function.Emit(Opcode.ForLoop, register, Expression.NoJump, 0)
            : Function.Emit(Opcode.TForLoop, register, 0, variables);
        Function.FixLine(line);
        Function.PatchList(isNumeric ? end : Function.EmitJump(), prepare + 1);
    }

    private void AdjustAssignment(int variables, int expressions, ref Expression last)
    {
        int extra = variables - expressions;
        if (last.IsMultiple)
        {
            extra = Math.Max(extra + 1, 0);
            Function.SetResults(ref last, extra);
            if (extra > 1)
                Function.Reserve(extra - 1);
            return;
        }
        if (last.Kind != ExpressionKind.Void)
            Function.ToNextRegister(ref last);
        if (extra <= 0)
            return;
        int register = Function.FreeRegister;
        Function.Reserve(extra);
        Function.EmitNil(register, extra);
    }

    private void FunctionStatement(int line)
    {
        Lexer.Next();
        Expression variable = Variable(TakeName());
        while (Lexer.Token == Char('.'))
            Field(ref variable);
        bool hasSelf = Lexer.Token == Char(':');
        if (hasSelf)
            Field(ref variable);
        Expression body = Body(hasSelf, line);
        Function.Store(in variable, ref body);
        Function.FixLine(line);
    }

    private void LocalFunction()
    {
        DeclareLocal(TakeName(), 0);
        Expression variable = new(ExpressionKind.Local, Function.FreeRegister);
        Function.Reserve(1);
        ActivateLocals(1);
        Expression body = Body(hasSelf: false, Lexer.Line);
        Function.Store(in variable, ref body);
        // Debuggers see the variable only from here.
        SetStart(Function.ActiveCount - 1);
    }

    private void Local()
    {
        int variables = 0, expressions = 0;
        Expression last = new(ExpressionKind.Void, 0);
        do
            DeclareLocal(TakeName(), variables++);
        while (TakeIf(Char(',')));
        if (TakeIf(Char('=')))
            expressions = ExpressionList(out last);
        AdjustAssignment(variables, expressions, ref last);
        ActivateLocals(variables);
    }

    private void Return()
    {
        Lexer.Next();
        int first = 0, count = 0;
        if (!BlockEnds && Lexer.Token != Char(';'))
        {
            count = ExpressionList(out Expression e);
            if (e.IsMultiple)
            {
                Function.SetResults(ref e, -1);
                if (e.Kind == ExpressionKind.Call && count == 1)
                    Function[e.Info] = Function[e.Info] with { Op = Opcode.TailCall };
                first = Function.ActiveCount;
                count = -1;
            }
            else if (count == 1)
                first = Function.ToAnyRegister(ref e);
            else
            {
                Function.ToNextRegister(ref e);
                first = Function.ActiveCount;
            }
        }
        Function.Emit(Opcode.Return, first, count + 1, 0);
    }

    private void Break()
    {
        BlockScope? block = Function.Block;
        bool hasUpValue = false;
        for (; block is { IsLoop: false }; block = block.Outer)
            hasUpValue |= block.HasUpValue;
        if (block is null)
            throw Lexer.SyntaxError("no loop to break");
        if (hasUpValue)
            Function.Emit(Opcode.Close, block.ActiveCount, 0, 0);
        Function.Join(ref block.Breaks, Function.EmitJump());
    }

    private void ExpressionStatement()
    {
        Expression e = Primary();
        if (e.Kind == ExpressionKind.Call)
            Function[e.Info] = Function[e.Info] with { C = 1 };
        else
            Assignment(e);
    }

    private void Assignment(Expression first)
    {
        List<Expression> targets = [first];
        CheckTarget(in first);
        while (TakeIf(Char(',')))
        {
            Expression target = Primary();
            if (target.Kind == ExpressionKind.Local)
                ResolveConflict(targets, target.Info);
            if (targets.Count > LevelsLeft)
                throw Function.TooMany(LevelsLeft, "variables in assignment");
            CheckTarget(in target);
            targets.Add(target);
        }
        Take(Char('='));
        int count = ExpressionList(out Expression e), at = targets.Count - 1;
        if (count == targets.Count)
        {
            Function.SetOneResult(ref e);
            Function.Store(targets[at--], ref e);
        }
        else
        {
            AdjustAssignment(targets.Count, count, ref e);
            if (count > targets.Count)
                Function.FreeRegister -= count - targets.Count;
        }
        for (; at >= 0; at--)
        {
            e = new Expression(ExpressionKind.Register, Function.FreeRegister - 1);
            Function.Store(targets[at], ref e);
        }
    }

    private void CheckTarget(in Expression target)
    {
        if (target.Kind is not (ExpressionKind.Local or ExpressionKind.UpValue or ExpressionKind.Global or ExpressionKind.Indexed))
            throw Lexer.SyntaxError("syntax error");
    }

    // "a[i], a = ..." must index the table that "a" was before.
    private void ResolveConflict(List<Expression> targets, int register)
    {
        int copy = Function.FreeRegister;
        bool hasConflict = false;
        for (int i = 0; i < targets.Count; i++)
        {
            Expression target = targets[i];
            if (target.Kind != ExpressionKind.Indexed || (target.Info != register && target.Aux != register))
                continue;
            hasConflict = true;
            targets[i] = target with { Info = target.Info == register ? copy : target.Info, Aux = target.Aux == register ? copy : target.Aux };
        }
        if (!hasConflict)
            return;
        Function.Emit(Opcode.Move, copy, register, 0);
        Function.Reserve(1);
    }
}
