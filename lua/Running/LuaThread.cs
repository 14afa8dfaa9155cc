using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>
/// A coroutine, or the main line of a script: a stack of values and the calls active on it. Lua functions that call Lua functions do
/// not nest on the machine's stack; only calls through a host do, at most <see cref="LuaLimits.MaxHostCalls"/> deep.
/// </summary>
internal sealed class LuaThread : LuaObject
{
    public const int Cost = 1500;
    private const int FirstStack = 48, SpareStack = 24, FirstFrames = 8, MinHostStack = 20;

    public readonly LuaState State;
    public LuaValue[] Stack;
    public int Top;
    public CallInfo Frame;
    public int FrameIndex;
    public LuaTable Globals;
    public CoroutineStatus Status;

    /// <summary>Host depth at which it was resumed: yielding is possible only there.</summary>
    public int BaseDepth;

    /// <summary>Open variables, highest first.</summary>
    public UpValue? OpenUpValues;

    private CallInfo[] _frames = new CallInfo[FirstFrames];

    // The size that C Lua's array of calls would have: it doubles, and its passing MaxCalls is the "stack overflow".
    private int _frameLimit = FirstFrames;

    public LuaThread(LuaState state, LuaTable globals)
        : base(LuaType.Thread)
    {
        State = state;
        Globals = globals;
        Stack = new LuaValue[FirstStack];
        Frame = _frames[0] = new CallInfo { Top = MinHostStack + 1 };
        Stack[0].SetNil();
        Frame.Base = Top = 1;
    }

    public long Size => Cost + ((long)Stack.Length * FastInstruction.ValueSize) + ((long)_frames.Length * 56);

    public CallInfo FrameAt(int index) => _frames[index];

    /// <summary>The closure that runs in a frame, or null for a host's function.</summary>
    public LuaClosure? ClosureOf(CallInfo frame) => Stack[frame.Function].Ref as LuaClosure;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CallInfo PushFrame()
    {
        int index = FrameIndex + 1;
        CallInfo[] frames = _frames;
        if (index >= _frameLimit || (uint)index >= (uint)frames.Length || frames[index] is not { } frame)
            frame = MakeFrame(index);
        FrameIndex = index;
        Frame = frame;
        return frame;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CallInfo MakeFrame(int index)
    {
        if (index >= _frameLimit)
        {
            if (_frameLimit > LuaLimits.MaxCalls)
                throw new LuaException(new LuaValue(State.String("error in error handling"))) { IsInHandling = true };
            _frameLimit *= 2;
            if (_frameLimit > LuaLimits.MaxCalls)
                throw State.Error("stack overflow");
        }
        if (index >= _frames.Length)
        {
            State.Charge((long)_frames.Length * 64);
            Array.Resize(ref _frames, _frames.Length * 2);
        }
        return _frames[index] ??= new CallInfo();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PopFrame() => Frame = _frames[--FrameIndex];

    /// <summary>After an error: back to an outer call.</summary>
    public void UnwindTo(int frameIndex)
    {
        FrameIndex = frameIndex;
        Frame = _frames[frameIndex];
        if (_frameLimit > LuaLimits.MaxCalls && frameIndex + 2 < LuaLimits.MaxCalls)
            _frameLimit = LuaLimits.MaxCalls;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnsureStack(int top)
    {
        if (top + SpareStack > Stack.Length)
            GrowStack(top + SpareStack);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowStack(int size)
    {
        int grown = Math.Max(size, Stack.Length * 2);
        State.Charge((long)(grown - Stack.Length) * FastInstruction.ValueSize);
        Array.Resize(ref Stack, grown);
    }

    public void Push(LuaValue value)
    {
        EnsureStack(Top + 1);
        Stack[Top++] = value;
    }

    /// <summary>Calls what lies at an index with the values above it; its results replace it.</summary>
    public void Call(int function, int results)
    {
        LuaState state = State;
        if (++state.HostDepth >= LuaLimits.MaxHostCalls)
            TooDeep();
        if (PreCall(function, results))
            Interpreter.Execute(this);
        state.HostDepth--;
    }

    private void TooDeep()
    {
        if (State.HostDepth == LuaLimits.MaxHostCalls)
            throw State.Error("C stack overflow");
        if (State.HostDepth >= LuaLimits.MaxHostCalls + (LuaLimits.MaxHostCalls >> 3) || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new LuaException(new LuaValue(State.String("error in error handling"))) { IsInHandling = true };
    }

    /// <summary>Begins a call. True: a Lua function whose frame now waits for the interpreter. False: a host's, done.</summary>
    public bool PreCall(int function, int results)
    {
        LuaObject? callee = Stack[function].Ref;
        if (callee is LuaClosure closure)
        {
            EnterLua(closure, function, results).IsFresh = true;
            return true;
        }
        if (callee is HostFunction host)
        {
            if (CallHost(host, function, results) < 0)
                throw State.Error("attempt to yield across metamethod/C-call boundary");
            return false;
        }
        MakeCallable(function);
        return PreCall(function, results);
    }

    /// <summary>Puts a "__call" metamethod before the value that is called.</summary>
    public LuaObject MakeCallable(int function)
    {
        LuaValue handler = State.Metamethod(in Stack[function], MetaEvent.Call);
        if (!handler.IsFunction)
            throw TypeErrors.Raise(this, "call", in Stack[function], function);
        EnsureStack(Top + 1);
        Array.Copy(Stack, function, Stack, function + 1, Top - function);
        Top++;
        Stack[function] = handler;
        return handler.Ref!;
    }

    /// <summary>A frame for a Lua function with its arguments between it and the top.</summary>
    public CallInfo EnterLua(LuaClosure closure, int function, int results)
    {
        Prototype prototype = closure.Prototype;
        EnsureStack(Top + prototype.StackNeeded);
        int start = function + 1;
        if (prototype.IsVarArg)
            start = MoveVarArgs(prototype, Top - start);
        else if (Top < start + prototype.Parameters)
            Stack.AsSpan(Top, start + prototype.Parameters - Top).Fill(LuaValue.Nil);
        CallInfo frame = PushFrame();
        frame.Function = function;
        frame.Base = start;
        frame.Top = Top = start + prototype.MaxStack;
        frame.Pc = 0;
        frame.Results = results;
        frame.TailCalls = 0;
        frame.IsFresh = false;
        return frame;
    }

    // The fixed parameters move above the extra arguments, which stay below the frame.
    private int MoveVarArgs(Prototype prototype, int count)
    {
        for (; count < prototype.Parameters; count++)
            Stack[Top++].SetNil();
        LuaTable? table = prototype.NeedsArg ? MakeArg(count - prototype.Parameters) : null;
        int first = Top - count, start = Top;
        for (int i = 0; i < prototype.Parameters; i++)
        {
            Stack[Top++] = Stack[first + i];
            Stack[first + i].SetNil();
        }
        if (prototype.HasArg)
        {
            if (table is null)
                Stack[Top++].SetNil();
            else
                Stack[Top++] = new LuaValue(table);
        }
        return start;
    }

    private LuaTable MakeArg(int count)
    {
        LuaTable table = State.NewTable(count, 1);
        for (int i = 0; i < count; i++)
            table.PlaceIndex(i + 1) = Stack[Top - count + i];
        table.SetField(State.Name("n"), new LuaValue(count));
        return table;
    }

    /// <summary>Runs a host's function to its end.</summary>
    /// <returns>The results it left, or -1 when it yielded.</returns>
    public int CallHost(HostFunction host, int function, int results)
    {
        EnsureStack(Top + MinHostStack);
        CallInfo frame = PushFrame();
        frame.Function = function;
        frame.Base = function + 1;
        frame.Top = Top + MinHostStack;
        frame.Results = results;
        frame.TailCalls = 0;
        frame.IsFresh = false;
        int count = host.Body(new HostCall(this));
        if (count >= 0)
            FinishHost(Top - count);
        return count;
    }

    /// <summary>Ends a host's call: its results, from an index to the top, go where the caller wants them.</summary>
    public void FinishHost(int firstResult)
    {
        CallInfo frame = Frame;
        LuaValue[] stack = Stack;
        int to = frame.Function, wanted = frame.Results;
        PopFrame();
        for (; wanted != 0 && firstResult < Top; wanted--)
            stack[to++].Set(in stack[firstResult++]);
        for (; wanted > 0; wanted--)
            stack[to++].SetNil();
        Top = to;
    }

    public UpValue FindUpValue(int index)
    {
        UpValue? above = null, at = OpenUpValues;
        for (; at is not null && at.Index >= index; above = at, at = at.Next)
        {
            if (at.Index == index)
                return at;
        }
        State.Charge(UpValue.Cost);
        UpValue made = new() { Home = this, Index = index, Next = at };
        if (above is null)
            OpenUpValues = made;
        else
            above.Next = made;
        return made;
    }

    /// <summary>Gives the open variables at and above an index a place of their own.</summary>
    public void CloseUpValues(int index)
    {
        while (OpenUpValues is { } open && open.Index >= index)
        {
            OpenUpValues = open.Next;
            open.Close();
        }
    }

    /// <summary>Forgets a finished run, and what it left on the stack.</summary>
    public void Reset(int keptStack)
    {
        OpenUpValues = null;
        UnwindTo(0);
        _frameLimit = FirstFrames;
        if (Stack.Length > keptStack)
            Stack = new LuaValue[FirstStack];
        else
            Array.Clear(Stack);
        if (_frames.Length > 256)
            _frames = [Frame];
        Stack[0].SetNil();
        Top = 1;
    }
}
