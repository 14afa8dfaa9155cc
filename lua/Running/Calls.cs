namespace Pkv.Lua;

/// <summary>Instructions too large to be cases of the interpreter's loop.</summary>
internal static class Calls
{
    /// <summary>True: the frame has been replaced by the called Lua function's. False: a host's function is done, or has yielded.</summary>
    public static bool TailCall(LuaThread thread, CallInfo frame, LuaClosure closure, ref FastInstruction i)
    {
        LuaState state = thread.State;
        int function = frame.Base + (i.A / FastInstruction.ValueSize);
        if (i.B != 0)
            thread.Top = function + i.B;
        if (--state.Fuel < 0)
            state.FuelSpent();
        if (thread.Stack[function].Ref is not (LuaClosure or HostFunction))
            thread.MakeCallable(function);
        if (thread.Stack[function].Ref is HostFunction host)
        {
            // What follows is the return of all its results.
            thread.CallHost(host, function, -1);
            return false;
        }
        LuaClosure callee = (LuaClosure)thread.Stack[function].Ref!;
        thread.CloseUpValues(frame.Base);
        int to = frame.Function, count = thread.Top - function;
        (int results, int tailCalls, bool isFresh) = (frame.Results, frame.TailCalls, frame.IsFresh);
        Array.Copy(thread.Stack, function, thread.Stack, to, count);
        thread.Top = to + count;
        thread.PopFrame();
        CallInfo entered = thread.EnterLua(callee, to, results);
        entered.TailCalls = tailCalls + 1;
        entered.IsFresh = isFresh;
        return true;
    }

    public static void Return(LuaThread thread, CallInfo frame, ref FastInstruction i)
    {
        int from = frame.Base + (i.A / FastInstruction.ValueSize);
        if (i.B != 0)
            thread.Top = from + i.B - 1;
        if (thread.OpenUpValues is not null)
            thread.CloseUpValues(frame.Base);
        thread.FinishHost(from);
    }

    /// <summary>One step of a generic for. False: it is over.</summary>
    public static bool IterateFor(LuaThread thread, CallInfo frame, ref FastInstruction i)
    {
        int register = frame.Base + (i.A / FastInstruction.ValueSize), call = register + 3, results = i.C;
        LuaValue[] stack = thread.Stack;
        if (ReferenceEquals(stack[register].Ref, thread.State.NextFunction) && stack[register + 1].Ref is LuaTable table)
            return NextPair(thread, table, register, results);
        if (ReferenceEquals(stack[register].Ref, thread.State.ItemFunction) && stack[register + 1].Ref is LuaTable items && stack[register + 2].IsNumber)
            return NextItem(stack, items, register, results);
        stack[call] = stack[register];
        stack[call + 1] = stack[register + 1];
        stack[call + 2] = stack[register + 2];
        thread.Top = call + 3;
        thread.Call(call, results);
        thread.Top = frame.Top;
        stack = thread.Stack;
        if (stack[call].IsNil)
            return false;
        stack[call - 1] = stack[call];
        return true;
    }

    // pairs() without a call for each pair.
    private static bool NextPair(LuaThread thread, LuaTable table, int register, int results)
    {
        LuaValue[] stack = thread.Stack;
        LuaValue key = stack[register + 2];
        int found = table.Next(ref key, out LuaValue value);
        if (found < 0)
            throw thread.State.Error("invalid key to 'next'", isPositioned: false);
        if (found == 0)
            return false;
        stack[register + 2] = stack[register + 3] = key;
        if (results > 1)
            stack[register + 4] = value;
        for (int extra = 2; extra < results; extra++)
            stack[register + 3 + extra].SetNil();
        return true;
    }

    // ipairs() likewise.
    private static bool NextItem(LuaValue[] stack, LuaTable table, int register, int results)
    {
        int index = (int)HostCall.ToInteger(stack[register + 2].Num) + 1;
        ref LuaValue item = ref table.FindIndex(index);
        if (item.IsNil)
            return false;
        stack[register + 2].Set(index);
        stack[register + 3].Set(index);
        if (results > 1)
            stack[register + 4].Set(in item);
        for (int extra = 2; extra < results; extra++)
            stack[register + 3 + extra].SetNil();
        return true;
    }

    public static void SetList(LuaThread thread, CallInfo frame, ref FastInstruction i)
    {
        const int itemsPerFlush = 50;
        int register = frame.Base + (i.A / FastInstruction.ValueSize), count = i.Small;
        if (count == 0)
        {
            count = thread.Top - register - 1;
            thread.Top = frame.Top;
        }
        LuaTable table = (LuaTable)thread.Stack[register].Ref!;
        int last = ((i.Wide - 1) * itemsPerFlush) + count;
        if (last > table.Array.Length)
            table.ReserveArray(last);
        for (; count > 0; count--, last--)
            table.PlaceIndex(last) = thread.Stack[register + count];
    }

    public static LuaClosure MakeClosure(LuaThread thread, CallInfo frame, LuaClosure around, Prototype prototype)
    {
        LuaClosure made = new(prototype, around.Environment);
        thread.State.Charge(made.Cost);
        for (int i = 0; i < made.UpValues.Length; i++)
        {
            UpValueSource source = prototype.UpValues[i];
            made.UpValues[i] = source.IsLocal ? thread.FindUpValue(frame.Base + source.Index) : around.UpValues[source.Index];
        }
        return made;
    }

    public static void LoadVarArgs(LuaThread thread, CallInfo frame, LuaClosure closure, ref FastInstruction i)
    {
        int to = frame.Base + (i.A / FastInstruction.ValueSize), wanted = i.B - 1;
        int available = frame.Base - frame.Function - 1 - closure.Prototype.Parameters;
        if (wanted < 0)
        {
            thread.EnsureStack(to + available);
            thread.Top = to + available;
            wanted = available;
        }
        LuaValue[] stack = thread.Stack;
        for (int j = 0; j < wanted; j++)
        {
            if (j < available)
                stack[to + j].Set(in stack[frame.Base - available + j]);
            else
                stack[to + j].SetNil();
        }
    }

    /// <summary>The place of a key that is not in the array part, made if it is new and no metamethod can care; null for the slow path.</summary>
    public static ref LuaValue PlaceOutsideArray(LuaTable table, ref LuaValue key)
    {
        if (table.IsReadOnly || key.IsNil || (key.Ref is null && double.IsNaN(key.Num)))
            return ref System.Runtime.CompilerServices.Unsafe.NullRef<LuaValue>();
        if (table.Metatable is null)
            return ref table.Place(in key);
        ref LuaValue found = ref table.Find(in key);
        if (found.IsNil)
            return ref System.Runtime.CompilerServices.Unsafe.NullRef<LuaValue>();
        table.AbsentEvents = 0;
        return ref found;
    }
}
