namespace Pkv.Lua;

/// <summary>The part of the parser that knows tokens to expect, functions being compiled, and what a name means.</summary>
internal abstract class ScopeParser(LuaState state, CompileContext context, Lexer lexer)
{
    private const int MaxLevels = LuaLimits.MaxHostCalls;

    private int _levels = state.HostDepth;

    protected Lexer Lexer { get; } = lexer;

    protected FunctionBuilder Function { get; private set; } = null!;

    protected void EnterLevel()
    {
        if (++_levels > MaxLevels)
            throw Lexer.Error("chunk has too many syntax levels", null);
    }

    protected void LeaveLevel() => _levels--;

    /// <summary>How many targets an assignment may have here.</summary>
    protected int LevelsLeft => MaxLevels - _levels;

    protected static Token Char(char c) => (Token)c;

    protected bool TakeIf(Token token)
    {
        if (Lexer.Token != token)
            return false;
        Lexer.Next();
        return true;
    }

    protected void Check(Token token)
    {
        if (Lexer.Token != token)
            throw Lexer.SyntaxError($"'{Lexer.NameOf(token)}' expected");
    }

    protected void Take(Token token)
    {
        Check(token);
        Lexer.Next();
    }

    protected void TakeMatch(Token what, Token who, int line)
    {
        if (TakeIf(what))
            return;
        if (line == Lexer.Line)
            Check(what);
        throw Lexer.SyntaxError($"'{Lexer.NameOf(what)}' expected (to close '{Lexer.NameOf(who)}' at line {line})");
    }

    protected LuaString TakeName()
    {
        Check(Token.Name);
        LuaString name = Lexer.Text;
        Lexer.Next();
        return name;
    }

    protected Expression NameConstant() => new(ExpressionKind.Constant, Function.StringConstant(TakeName()));

    protected FunctionBuilder OpenFunction(int line)
    {
        context.Charge(1024);
        return Function = new FunctionBuilder(context, Function, Lexer) { LineDefined = line };
    }

    protected Prototype CloseFunction()
    {
        FunctionBuilder done = Function;
        RemoveLocals(0);
        done.Emit(Opcode.Return, 0, 1, 0);
        Function = done.Outer!;
        return done.Finish();
    }

    protected void EnterBlock(bool isLoop) => Function.Block = new BlockScope(Function.Block, Function.ActiveCount, isLoop);

    protected void LeaveBlock()
    {
        BlockScope block = Function.Block!;
        Function.Block = block.Outer;
        RemoveLocals(block.ActiveCount);
        if (block.HasUpValue)
            Function.Emit(Opcode.Close, block.ActiveCount, 0, 0);
        Function.FreeRegister = Function.ActiveCount;
        Function.PatchToHere(block.Breaks);
    }

    /// <summary>Declares a local variable, which is not visible before <see cref="ActivateLocals"/>.</summary>
    protected void DeclareLocal(LuaString name, int number)
    {
        if (Function.ActiveCount + number + 1 > FunctionBuilder.MaxLocals)
            throw Function.TooMany(FunctionBuilder.MaxLocals, "local variables");
        Function.Locals.Add(new LocalVariable { Name = name });
        Function.Active[Function.ActiveCount + number] = Function.Locals.Count - 1;
        context.Charge(16);
    }

    protected void DeclareLocal(ReadOnlySpan<byte> name, int number) => DeclareLocal(context.Intern(name), number);

    protected void ActivateLocals(int count)
    {
        for (; count > 0; count--)
            SetStart(Function.ActiveCount++);
    }

    protected void SetStart(int register)
    {
        int index = Function.Active[register];
        Function.Locals[index] = Function.Locals[index] with { StartPc = Function.Pc };
    }

    private void RemoveLocals(int remaining)
    {
        while (Function.ActiveCount > remaining)
        {
            int index = Function.Active[--Function.ActiveCount];
            Function.Locals[index] = Function.Locals[index] with { EndPc = Function.Pc };
        }
    }

    protected Expression Variable(LuaString name)
    {
        Expression variable = Resolve(Function, name, isOwn: true);
        if (variable.Kind == ExpressionKind.Global)
            variable.Info = Function.StringConstant(name);
        return variable;
    }

    private static Expression Resolve(FunctionBuilder? function, LuaString name, bool isOwn)
    {
        if (function is null)
            return new Expression(ExpressionKind.Global, 0);
        for (int i = function.ActiveCount - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(function.Locals[function.Active[i]].Name, name))
                continue;
            if (!isOwn)
                MarkUpValue(function, i);
            return new Expression(ExpressionKind.Local, i);
        }
        Expression outer = Resolve(function.Outer, name, isOwn: false);
        if (outer.Kind == ExpressionKind.Global)
            return outer;
        return new Expression(ExpressionKind.UpValue, UpValueIndex(function, name, outer));
    }

    private static void MarkUpValue(FunctionBuilder function, int register)
    {
        BlockScope? block = function.Block;
        while (block is not null && block.ActiveCount > register)
            block = block.Outer;
        if (block is not null)
            block.HasUpValue = true;
    }

    private static int UpValueIndex(FunctionBuilder function, LuaString name, in Expression outer)
    {
        UpValueSource source = new(outer.Kind == ExpressionKind.Local, outer.Info, name);
        int known = function.UpValues.IndexOf(source);
        if (known >= 0)
            return known;
        if (function.UpValues.Count + 1 > FunctionBuilder.MaxUpValues)
            throw function.TooMany(FunctionBuilder.MaxUpValues, "upvalues");
        function.UpValues.Add(source);
        return function.UpValues.Count - 1;
    }
}
