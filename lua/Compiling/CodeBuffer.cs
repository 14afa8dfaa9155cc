namespace Pkv.Lua;

/// <summary>The instructions and constants of a function being compiled, and its jumps, whose lists are threaded through their targets.</summary>
internal abstract class CodeBuffer(CompileContext context, Lexer lexer)
{
    protected const int NoJump = Expression.NoJump;

    private readonly List<Instruction> _code = [];
    private readonly List<int> _lines = [];
    private readonly List<LuaValue> _constants = [];
    private readonly Dictionary<ConstantKey, int> _constantIndexes = [];
    private int _lastTarget = -1, _pendingJumps = NoJump;

    protected CompileContext Context { get; } = context;

    protected Lexer Lexer { get; } = lexer;

    public int Pc => _code.Count;

    public IReadOnlyList<Instruction> Code => _code;

    protected IReadOnlyList<int> Lines => _lines;

    protected IReadOnlyList<LuaValue> Constants => _constants;

    public Instruction this[int pc]
    {
        get => _code[pc];
        set => _code[pc] = value;
    }

    public int Emit(Opcode op, int a, int b, int c)
    {
        // Jumps to here become jumps to the instruction that is about to stand here.
        PatchTo(_pendingJumps, Pc, Instruction.NoRegister, Pc);
        _pendingJumps = NoJump;
        Context.Charge(24);
        _code.Add(new Instruction(op, a, b, c));
        _lines.Add(Lexer.LastLine);
        return Pc - 1;
    }

    public void FixLine(int line) => _lines[^1] = line;

    /// <summary>Nils for registers; joined with one just before where no jump comes between.</summary>
    public void EmitNil(int from, int count)
    {
        if (Pc > _lastTarget && Pc > 0 && _code[^1] is { Op: Opcode.LoadNil } previous && previous.A <= from && from <= previous.B + 1)
        {
            if (from + count - 1 > previous.B)
                _code[^1] = previous with { B = from + count - 1 };
            return;
        }
        Emit(Opcode.LoadNil, from, from + count - 1, 0);
    }

    public int EmitJump()
    {
        int pending = _pendingJumps;
        _pendingJumps = NoJump;
        int jump = Emit(Opcode.Jmp, 0, NoJump, 0);
        Join(ref jump, pending);
        return jump;
    }

    public int MarkLabel()
    {
        _lastTarget = Pc;
        return Pc;
    }

    /// <summary>Appends one list of jumps to another.</summary>
    public void Join(ref int list, int other)
    {
        if (other == NoJump)
            return;
        if (list == NoJump)
        {
            list = other;
            return;
        }
        int last = list;
        for (int next = Target(last); next != NoJump; next = Target(last))
            last = next;
        SetTarget(last, other);
    }

    public void PatchList(int list, int target)
    {
        if (target == Pc)
            PatchToHere(list);
        else
            PatchTo(list, target, Instruction.NoRegister, target);
    }

    public void PatchToHere(int list)
    {
        MarkLabel();
        Join(ref _pendingJumps, list);
    }

    private int Target(int jump)
    {
        int offset = _code[jump].B;
        return offset == NoJump ? NoJump : jump + 1 + offset;
    }

    private void SetTarget(int jump, int target)
    {
        int offset = target - (jump + 1);
        if (Math.Abs(offset) > Instruction.MaxJump)
            throw Lexer.SyntaxError("control structure too long");
        _code[jump] = _code[jump] with { B = offset };
    }

    // The test that decides whether a jump is taken stands before it.
    private int ControlOf(int jump) =>
        jump >= 1 && _code[jump - 1].Op is Opcode.Eq or Opcode.Lt or Opcode.Le or Opcode.Test or Opcode.TestSet or Opcode.TForLoop ? jump - 1 : jump;

    protected bool NeedsValue(int list)
    {
        for (; list != NoJump; list = Target(list))
        {
            if (_code[ControlOf(list)].Op != Opcode.TestSet)
                return true;
        }
        return false;
    }

    private bool PatchTest(int jump, int register)
    {
        int control = ControlOf(jump);
        Instruction test = _code[control];
        if (test.Op != Opcode.TestSet)
            return false;
        if (register != Instruction.NoRegister && register != test.B)
            _code[control] = test with { A = (byte)register };
        else
            _code[control] = new Instruction(Opcode.Test, test.B, 0, test.C);
        return true;
    }

    protected void RemoveValues(int list)
    {
        for (; list != NoJump; list = Target(list))
            PatchTest(list, Instruction.NoRegister);
    }

    protected void PatchTo(int list, int valueTarget, int register, int defaultTarget)
    {
        while (list != NoJump)
        {
            int next = Target(list);
            SetTarget(list, PatchTest(list, register) ? valueTarget : defaultTarget);
            list = next;
        }
    }

    protected void InvertTest(int jump)
    {
        int control = ControlOf(jump);
        _code[control] = _code[control] with { A = (byte)(_code[control].A ^ 1) };
    }

    protected void RemoveLast()
    {
        _code.RemoveAt(Pc - 1);
        _lines.RemoveAt(_lines.Count - 1);
    }

    public int StringConstant(LuaString text) => AddConstant(new ConstantKey(text, 0), new LuaValue(text));

    public int NumberConstant(double number) =>
        AddConstant(new ConstantKey(null, BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number)), new LuaValue(number));

    protected int BooleanConstant(bool value) => AddConstant(new ConstantKey(LuaValue.Boolean(value).Ref, 0), LuaValue.Boolean(value));

    protected int NilConstant() => AddConstant(new ConstantKey(Special.Nil, 0), LuaValue.Nil);

    private int AddConstant(ConstantKey key, LuaValue value)
    {
        if (_constantIndexes.TryGetValue(key, out int index))
            return index;
        if (_constants.Count > Instruction.MaxConstants)
            throw Context.Error("constant table overflow");
        Context.Charge(64);
        _constants.Add(value);
        _constantIndexes.Add(key, _constants.Count - 1);
        return _constants.Count - 1;
    }

    private readonly record struct ConstantKey(LuaObject? Object, long Bits);
}
