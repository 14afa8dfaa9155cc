namespace Pkv.Lua;

/// <summary>
/// What is known of a function while it is compiled: its variables, its upvalues, its place among other functions, and its registers,
/// which are used as a stack above the active local variables.
/// </summary>
internal abstract class FunctionScope(CompileContext context, FunctionBuilder? outer, Lexer lexer) : CodeBuffer(context, lexer)
{
    public const int MaxLocals = 200, MaxUpValues = 60;
    private const int MaxStack = 250;

    public FunctionBuilder? Outer { get; } = outer;

    public List<Prototype> Nested { get; } = [];

    public List<UpValueSource> UpValues { get; } = [];

    public List<LocalVariable> Locals { get; } = [];

    /// <summary>Indexes into <see cref="Locals"/> of the active variables; the register of a variable is its place here.</summary>
    public int[] Active { get; } = new int[MaxLocals];

    public int ActiveCount { get; set; }

    public int FreeRegister { get; set; }

    public BlockScope? Block { get; set; }

    public int LineDefined { get; init; }

    public int LastLine { get; set; }

    public int Parameters { get; set; }

    public bool IsVarArg { get; set; }

    public bool HasArg { get; set; }

    public bool NeedsArg { get; set; }

    public int StackSize { get; private set; } = 2;

    public Prototype Finish()
    {
        Instruction[] code = [.. Code];
        LuaValue[] constants = [.. Constants];
        long cost = 300 + (code.Length * 20L) + (constants.Length * 16L) + (Locals.Count * 16L) + (UpValues.Count * 16L);
        return new Prototype
        {
            Source = Context.Source,
            Code = code,
            Fast = Specializer.Run(code, constants),
            Lines = [.. Lines],
            Constants = constants,
            Nested = [.. Nested],
            UpValues = [.. UpValues],
            Locals = [.. Locals],
            LineDefined = LineDefined,
            LastLine = LastLine,
            Parameters = Parameters,
            MaxStack = StackSize,
            IsVarArg = IsVarArg,
            HasArg = HasArg,
            NeedsArg = NeedsArg,
            Cost = cost + Nested.Sum(n => n.Cost),
        };
    }

    public LuaException TooMany(int limit, string what)
    {
        string where = LineDefined == 0 ? $"main function has more than {limit} {what}" : $"function at line {LineDefined} has more than {limit} {what}";
        return Lexer.Error(where, null);
    }

    public void CheckStack(int count)
    {
        int size = FreeRegister + count;
        if (size <= StackSize)
            return;
        if (size >= MaxStack)
            throw Lexer.SyntaxError("function or expression too complex");
        StackSize = size;
    }

    public void Reserve(int count)
    {
        CheckStack(count);
        FreeRegister += count;
    }
}
