namespace Pkv.Lua;

/// <summary>The part of the parser that reads expressions.</summary>
internal abstract class ExpressionParser(LuaState state, CompileContext context, Lexer lexer) : ScopeParser(state, context, lexer)
{
    private const int UnaryPriority = 8, ItemsPerFlush = 50;

    private static readonly (byte Left, byte Right)[] Priorities =
    [
        (6, 6), (6, 6), (7, 7), (7, 7), (7, 7), (10, 9), (5, 4), (3, 3), (3, 3), (3, 3), (3, 3), (3, 3), (3, 3), (2, 2), (1, 1),
    ];

    protected abstract void Chunk();

    protected Expression ReadExpression()
    {
        SubExpression(out Expression e, 0);
        return e;
    }

    private BinaryOperator SubExpression(out Expression e, int limit)
    {
        EnterLevel();
        UnaryOperator unary = UnaryOf(Lexer.Token);
        if (unary != UnaryOperator.None)
        {
            Lexer.Next();
            SubExpression(out e, UnaryPriority);
            Function.Prefix(unary, ref e);
        }
        else
            Simple(out e);
        BinaryOperator op = BinaryOf(Lexer.Token);
        while (op != BinaryOperator.None && Priorities[(int)op].Left > limit)
        {
            Lexer.Next();
            Function.Infix(op, ref e);
            BinaryOperator next = SubExpression(out Expression right, Priorities[(int)op].Right);
            Function.Postfix(op, ref e, ref right);
            op = next;
        }
        LeaveLevel();
        return op;
    }

    private static UnaryOperator UnaryOf(Token token) => token switch
    {
        Token.Not => UnaryOperator.Not,
        (Token)'-' => UnaryOperator.Minus,
        (Token)'#' => UnaryOperator.Length,
        _ => UnaryOperator.None,
    };

    private static BinaryOperator BinaryOf(Token token) => token switch
    {
        (Token)'+' => BinaryOperator.Add,
        (Token)'-' => BinaryOperator.Sub,
        (Token)'*' => BinaryOperator.Mul,
        (Token)'/' => BinaryOperator.Div,
        (Token)'%' => BinaryOperator.Mod,
        (Token)'^' => BinaryOperator.Pow,
        Token.Concat => BinaryOperator.Concat,
        Token.NotEqual => BinaryOperator.NotEqual,
        Token.Equal => BinaryOperator.Equal,
        (Token)'<' => BinaryOperator.Less,
        Token.LessEqual => BinaryOperator.LessEqual,
        (Token)'>' => BinaryOperator.Greater,
        Token.GreaterEqual => BinaryOperator.GreaterEqual,
        Token.And => BinaryOperator.And,
        Token.Or => BinaryOperator.Or,
        _ => BinaryOperator.None,
    };

    private void Simple(out Expression e)
    {
        switch (Lexer.Token)
        {
            case Token.Number:
                e = new Expression(ExpressionKind.Number, 0) { Number = Lexer.Number };
                break;
            case Token.String:
                e = new Expression(ExpressionKind.Constant, Function.StringConstant(Lexer.Text));
                break;
            case Token.Nil:
                e = new Expression(ExpressionKind.Nil, 0);
                break;
            case Token.True:
                e = new Expression(ExpressionKind.True, 0);
                break;
            case Token.False:
                e = new Expression(ExpressionKind.False, 0);
                break;
            case Token.Dots:
                if (!Function.IsVarArg)
                    throw Lexer.SyntaxError("cannot use '...' outside a vararg function");
                Function.NeedsArg = false;
                e = new Expression(ExpressionKind.VarArg, Function.Emit(Opcode.VarArg, 0, 1, 0));
                break;
            case (Token)'{':
                e = Constructor();
                return;
            case Token.Function:
                Lexer.Next();
                e = Body(hasSelf: false, Lexer.Line);
                return;
            default:
                e = Primary();
                return;
        }
        Lexer.Next();
    }

    protected Expression Primary()
    {
        Expression e = Prefix();
        while (true)
        {
            switch (Lexer.Token)
            {
                case (Token)'.':
                    Field(ref e);
                    break;
                case (Token)'[':
                    Function.ToAnyRegister(ref e);
                    Expression key = BracketedKey();
                    Function.Indexed(ref e, ref key);
                    break;
                case (Token)':':
                    Lexer.Next();
                    Expression method = NameConstant();
                    Function.Self(ref e, ref method);
                    Arguments(ref e);
                    break;
                case (Token)'(' or Token.String or (Token)'{':
                    Function.ToNextRegister(ref e);
                    Arguments(ref e);
                    break;
                default:
                    return e;
            }
        }
    }

    private Expression Prefix()
    {
        switch (Lexer.Token)
        {
            case Token.Name:
                return Variable(TakeName());
            case (Token)'(':
                int line = Lexer.Line;
                Lexer.Next();
                Expression e = ReadExpression();
                TakeMatch(Char(')'), Char('('), line);
                Function.Discharge(ref e);
                return e;
            default:
                throw Lexer.SyntaxError("unexpected symbol");
        }
    }

    protected void Field(ref Expression table)
    {
        Function.ToAnyRegister(ref table);
        Lexer.Next();
        Expression key = NameConstant();
        Function.Indexed(ref table, ref key);
    }

    private Expression BracketedKey()
    {
        Lexer.Next();
        Expression key = ReadExpression();
        Function.ToValue(ref key);
        Take(Char(']'));
        return key;
    }

    private void Arguments(ref Expression function)
    {
        Expression arguments = new(ExpressionKind.Void, 0);
        int line = Lexer.Line;
        switch (Lexer.Token)
        {
            case (Token)'(':
                if (line != Lexer.LastLine)
                    throw Lexer.SyntaxError("ambiguous syntax (function call x new statement)");
                Lexer.Next();
                if (Lexer.Token != Char(')'))
                {
                    ExpressionList(out arguments);
                    Function.SetResults(ref arguments, -1);
                }
                TakeMatch(Char(')'), Char('('), line);
                break;
            case (Token)'{':
                arguments = Constructor();
                break;
            case Token.String:
                arguments = new Expression(ExpressionKind.Constant, Function.StringConstant(Lexer.Text));
                Lexer.Next();
                break;
            default:
                throw Lexer.SyntaxError("function arguments expected");
        }
        int register = function.Info, count = -1;
        if (!arguments.IsMultiple)
        {
            if (arguments.Kind != ExpressionKind.Void)
                Function.ToNextRegister(ref arguments);
            count = Function.FreeRegister - (register + 1);
        }
        function = new Expression(ExpressionKind.Call, Function.Emit(Opcode.Call, register, count + 1, 2));
        Function.FixLine(line);
        Function.FreeRegister = register + 1;
    }

    protected int ExpressionList(out Expression last)
    {
        int count = 1;
        last = ReadExpression();
        for (; TakeIf(Char(',')); count++)
        {
            Function.ToNextRegister(ref last);
            last = ReadExpression();
        }
        return count;
    }

    protected Expression Body(bool hasSelf, int line)
    {
        FunctionBuilder inner = OpenFunction(line);
        Take(Char('('));
        if (hasSelf)
        {
            DeclareLocal("self"u8, 0);
            ActivateLocals(1);
        }
        ParameterList();
        Take(Char(')'));
        Chunk();
        inner.LastLine = Lexer.Line;
        TakeMatch(Token.End, Token.Function, line);
        Prototype made = CloseFunction();
        Function.Nested.Add(made);
        return new Expression(ExpressionKind.Relocatable, Function.Emit(Opcode.Closure, 0, Function.Nested.Count - 1, 0));
    }

    private void ParameterList()
    {
        int count = 0;
        if (Lexer.Token != Char(')'))
        {
            do
            {
                if (Lexer.Token == Token.Name)
                    DeclareLocal(TakeName(), count++);
                else if (Lexer.Token == Token.Dots)
                {
                    Lexer.Next();
                    DeclareLocal("arg"u8, count++);
                    Function.IsVarArg = Function.HasArg = Function.NeedsArg = true;
                }
                else
                    throw Lexer.SyntaxError("<name> or '...' expected");
            }
            while (!Function.IsVarArg && TakeIf(Char(',')));
        }
        ActivateLocals(count);
        Function.Parameters = Function.ActiveCount - (Function.HasArg ? 1 : 0);
        Function.Reserve(Function.ActiveCount);
    }

    private Expression Constructor()
    {
        int line = Lexer.Line, pc = Function.Emit(Opcode.NewTable, 0, 0, 0);
        Expression table = new(ExpressionKind.Relocatable, pc), item = new(ExpressionKind.Void, 0);
        Function.ToNextRegister(ref table);
        int items = 0, fields = 0, pending = 0;
        Take(Char('{'));
        do
        {
            if (Lexer.Token == Char('}'))
                break;
            if (item.Kind != ExpressionKind.Void)
            {
                Function.ToNextRegister(ref item);
                item.Kind = ExpressionKind.Void;
                if (pending == ItemsPerFlush)
                    FlushItems(table.Info, items, ref pending);
            }
            if (Lexer.Token == Char('[') || (Lexer.Token == Token.Name && Lexer.LookAhead() == Char('=')))
            {
                RecordField(table.Info);
                fields++;
            }
            else
            {
                item = ReadExpression();
                items++;
                pending++;
            }
        }
        while (TakeIf(Char(',')) || TakeIf(Char(';')));
        TakeMatch(Char('}'), Char('{'), line);
        if (pending > 0)
            LastItems(table.Info, ref items, ref item, pending);
        Function[pc] = Function[pc] with { B = TableSize.Encode(items), C = (ushort)TableSize.Encode(fields) };
        return table;
    }

    private void LastItems(int table, ref int items, ref Expression item, int pending)
    {
        if (item.IsMultiple)
        {
            Function.SetResults(ref item, -1);
            pending = 0;
            FlushItems(table, items, ref pending);
            items--;
            return;
        }
        if (item.Kind != ExpressionKind.Void)
            Function.ToNextRegister(ref item);
        FlushItems(table, items, ref pending);
    }

    private void FlushItems(int table, int items, ref int pending)
    {
        Function.Emit(Opcode.SetList, table, ((items - 1) / ItemsPerFlush) + 1, pending);
        Function.FreeRegister = table + 1;
        pending = 0;
    }

    private void RecordField(int table)
    {
        int register = Function.FreeRegister;
        Expression key = Lexer.Token == Token.Name ? NameConstant() : BracketedKey();
        Take(Char('='));
        int keyOperand = Function.ToOperand(ref key);
        Expression value = ReadExpression();
        Function.Emit(Opcode.SetTable, table, keyOperand, Function.ToOperand(ref value));
        Function.FreeRegister = register;
    }
}
