using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Pkv.Lua.Operands;

namespace Pkv.Lua;

/// <summary>
/// The loop over instructions. Each case is its operation for the common kinds of operands; anything else goes to
/// <see cref="SlowPath"/>. The one function of the house that is longer than the rule: split up, each instruction would pay a call and
/// the reloading of the registers, constants and position that here stay in machine registers.
/// </summary>
/// <remarks>
/// References into code, constants and stack are not checked against bounds: the compiler gives registers within MaxStack, for which
/// entering a function makes room, and constants that exist. A reference into the stack is taken anew after anything that may run code.
/// </remarks>
internal static class Interpreter
{
    /// <summary>Runs the top frame, and what it calls, until the frame that a host entered returns or the coroutine yields.</summary>
    public static void Execute(LuaThread thread)
    {
        LuaState state = thread.State;
    enter:
        CallInfo frame = thread.Frame;
        LuaClosure closure = Unsafe.As<LuaClosure>(thread.Stack[frame.Function].Ref!);
        ref LuaValue k = ref MemoryMarshal.GetArrayDataReference(closure.Prototype.Constants);
        ref FastInstruction ip = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(closure.Prototype.Fast), frame.Pc);
        ref LuaValue r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
        while (true)
        {
            ref FastInstruction i = ref ip;
            ip = ref Unsafe.Add(ref ip, 1);
            switch (i.Op)
            {
                case FastOp.Move:
                    At(ref r, i.A).Set(in At(ref r, i.B));
                    continue;
                case FastOp.LoadK:
                    At(ref r, i.A).Set(in At(ref k, i.Wide));
                    continue;
                case FastOp.LoadBool:
                    At(ref r, i.A).SetBoolean(i.B != 0);
                    if (i.C != 0)
                        ip = ref Unsafe.Add(ref ip, 1);
                    continue;
                case FastOp.LoadNil:
                    for (int at = i.A; at <= i.B; at += FastInstruction.ValueSize)
                        At(ref r, at).SetNil();
                    continue;
                case FastOp.GetUpvalue:
                    At(ref r, i.A).Set(in closure.UpValues[i.B].Value);
                    continue;
                case FastOp.GetGlobal:
                {
                    ref LuaValue found = ref closure.Environment.FindString(Unsafe.As<LuaString>(At(ref k, i.Wide).Ref!));
                    if (found.IsNil)
                        goto slow;
                    At(ref r, i.A).Set(in found);
                    continue;
                }
                case FastOp.GetTableS:
                {
                    if (At(ref r, i.B).Ref is not LuaTable table)
                        goto slow;
                    ref LuaValue found = ref table.FindString(Unsafe.As<LuaString>(At(ref k, i.C).Ref!));
                    if (found.IsNil && table.Metatable is not null)
                        goto slow;
                    At(ref r, i.A).Set(in found);
                    continue;
                }
                case FastOp.GetTableR:
                {
                    if (At(ref r, i.B).Ref is not LuaTable table)
                        goto slow;
                    ref LuaValue key = ref At(ref r, i.C);
                    int index = (int)key.Num;
                    ref LuaValue found = ref key.Ref is null && index == key.Num && (uint)(index - 1) < (uint)table.Array.Length
                        ? ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.Array), index - 1)
                        : ref table.Find(in key);
                    if (found.IsNil && table.Metatable is not null)
                        goto slow;
                    At(ref r, i.A).Set(in found);
                    continue;
                }
                case FastOp.SetGlobal:
                {
                    LuaTable globals = closure.Environment;
                    ref LuaValue place = ref globals.FindString(Unsafe.As<LuaString>(At(ref k, i.Wide).Ref!));
                    if (place.IsNil || globals.IsReadOnly)
                        goto slow;
                    place.Set(in At(ref r, i.A));
                    continue;
                }
                case FastOp.SetUpvalue:
                    closure.UpValues[i.B].Value.Set(in At(ref r, i.A));
                    continue;
                case FastOp.SetTableSR:
                {
                    if (At(ref r, i.A).Ref is not LuaTable table)
                        goto slow;
                    ref LuaValue place = ref table.FindString(Unsafe.As<LuaString>(At(ref k, i.B).Ref!));
                    if (place.IsNil || table.IsReadOnly)
                        goto slow;
                    table.AbsentEvents = 0;
                    place.Set(in At(ref r, i.C));
                    continue;
                }
                case FastOp.SetTableSK:
                {
                    if (At(ref r, i.A).Ref is not LuaTable table)
                        goto slow;
                    ref LuaValue place = ref table.FindString(Unsafe.As<LuaString>(At(ref k, i.B).Ref!));
                    if (place.IsNil || table.IsReadOnly)
                        goto slow;
                    table.AbsentEvents = 0;
                    place.Set(in At(ref k, i.C));
                    continue;
                }
                case FastOp.SetTableRR:
                {
                    ref LuaValue place = ref PlaceOf(ref At(ref r, i.A), ref At(ref r, i.B));
                    if (Unsafe.IsNullRef(ref place))
                        goto slow;
                    place.Set(in At(ref r, i.C));
                    continue;
                }
                case FastOp.SetTableRK:
                {
                    ref LuaValue place = ref PlaceOf(ref At(ref r, i.A), ref At(ref r, i.B));
                    if (Unsafe.IsNullRef(ref place))
                        goto slow;
                    place.Set(in At(ref k, i.C));
                    continue;
                }
                case FastOp.NewTable:
                    At(ref r, i.A).Ref = state.NewTable(TableSize.Decode(i.B), TableSize.Decode(i.C));
                    continue;
                case FastOp.SelfS:
                {
                    ref LuaValue self = ref At(ref r, i.B);
                    LuaTable? table = self.Ref is LuaString ? state.StringMethods : self.Ref as LuaTable;
                    if (table is null)
                        goto slow;
                    ref LuaValue method = ref table.FindString(Unsafe.As<LuaString>(At(ref k, i.C).Ref!));
                    if (method.IsNil)
                        goto slow;
                    At(ref r, i.A + FastInstruction.ValueSize).Set(in self);
                    At(ref r, i.A).Set(in method);
                    continue;
                }
                case FastOp.AddRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num + b.Num);
                    continue;
                }
                case FastOp.AddRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num + At(ref k, i.C).Num);
                    continue;
                }
                case FastOp.AddNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(At(ref k, i.B).Num + b.Num);
                    continue;
                }
                case FastOp.SubRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num - b.Num);
                    continue;
                }
                case FastOp.SubRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num - At(ref k, i.C).Num);
                    continue;
                }
                case FastOp.SubNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(At(ref k, i.B).Num - b.Num);
                    continue;
                }
                case FastOp.MulRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num * b.Num);
                    continue;
                }
                case FastOp.MulRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num * At(ref k, i.C).Num);
                    continue;
                }
                case FastOp.MulNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(At(ref k, i.B).Num * b.Num);
                    continue;
                }
                case FastOp.DivRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num / b.Num);
                    continue;
                }
                case FastOp.DivRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(a.Num / At(ref k, i.C).Num);
                    continue;
                }
                case FastOp.DivNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(At(ref k, i.B).Num / b.Num);
                    continue;
                }
                case FastOp.ModRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(Arithmetic.Modulo(a.Num, b.Num));
                    continue;
                }
                case FastOp.ModRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(Arithmetic.Modulo(a.Num, At(ref k, i.C).Num));
                    continue;
                }
                case FastOp.Unm:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    At(ref r, i.A).Set(-a.Num);
                    continue;
                }
                case FastOp.Not:
                    At(ref r, i.A).SetBoolean(!At(ref r, i.B).IsTrue);
                    continue;
                case FastOp.Len:
                {
                    LuaObject? of = At(ref r, i.B).Ref;
                    if (of is LuaTable table)
                        At(ref r, i.A).Set(table.Length);
                    else if (of is LuaString s)
                        At(ref r, i.A).Set(s.Bytes.Length);
                    else
                        goto slow;
                    continue;
                }
                case FastOp.Jmp:
                    ip = ref Unsafe.AddByteOffset(ref ip, i.Wide);
                    continue;
                case FastOp.JmpBack:
                    ip = ref Unsafe.AddByteOffset(ref ip, i.Wide);
                    if (--state.Fuel < 0)
                        goto spent;
                    continue;
                case FastOp.EqRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    bool isEqual;
                    if (a.Ref is null)
                        isEqual = b.Ref is null && a.Num == b.Num;
                    else if (ReferenceEquals(a.Ref, b.Ref))
                        isEqual = true;
                    else if (b.Ref is null || a.Ref is Special || b.Ref is Special)
                        isEqual = false;
                    else
                        goto slow;
                    ip = ref Branch(ref ip, isEqual == (i.A != 0));
                    continue;
                }
                case FastOp.EqRK:
                    ip = ref Branch(ref ip, LuaValue.RawEquals(in At(ref r, i.B), in At(ref k, i.C)) == (i.A != 0));
                    continue;
                case FastOp.LtRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (a.Num < b.Num) == (i.A != 0));
                    continue;
                }
                case FastOp.LtRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (a.Num < At(ref k, i.C).Num) == (i.A != 0));
                    continue;
                }
                case FastOp.LtNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (At(ref k, i.B).Num < b.Num) == (i.A != 0));
                    continue;
                }
                case FastOp.LeRR:
                {
                    ref LuaValue a = ref At(ref r, i.B), b = ref At(ref r, i.C);
                    if (a.Ref is not null || b.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (a.Num <= b.Num) == (i.A != 0));
                    continue;
                }
                case FastOp.LeRN:
                {
                    ref LuaValue a = ref At(ref r, i.B);
                    if (a.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (a.Num <= At(ref k, i.C).Num) == (i.A != 0));
                    continue;
                }
                case FastOp.LeNR:
                {
                    ref LuaValue b = ref At(ref r, i.C);
                    if (b.Ref is not null)
                        goto slow;
                    ip = ref Branch(ref ip, (At(ref k, i.B).Num <= b.Num) == (i.A != 0));
                    continue;
                }
                case FastOp.Test:
                    ip = ref Branch(ref ip, At(ref r, i.A).IsTrue == (i.C != 0));
                    continue;
                case FastOp.TestSet:
                {
                    ref LuaValue tested = ref At(ref r, i.B);
                    bool isTaken = tested.IsTrue == (i.C != 0);
                    if (isTaken)
                        At(ref r, i.A).Set(in tested);
                    ip = ref Branch(ref ip, isTaken);
                    continue;
                }
                case FastOp.Call:
                {
                    int function = frame.Base + (i.A / FastInstruction.ValueSize);
                    if (i.B != 0)
                        thread.Top = function + i.B;
                    frame.Pc = PositionOf(closure, ref ip);
                    if (--state.Fuel < 0)
                        state.FuelSpent();
                    LuaObject? callee = At(ref r, i.A).Ref;
                call:
                    if (callee is LuaClosure lua)
                    {
                        thread.EnterLua(lua, function, i.C - 1);
                        goto enter;
                    }
                    if (callee is not HostFunction host)
                    {
                        callee = thread.MakeCallable(function);
                        goto call;
                    }
                    if (thread.CallHost(host, function, i.C - 1) < 0)
                        return;
                    if (i.C != 0)
                        thread.Top = frame.Top;
                    r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
                    continue;
                }
                case FastOp.TailCall:
                    frame.Pc = PositionOf(closure, ref ip);
                    if (Calls.TailCall(thread, frame, closure, ref i))
                        goto enter;
                    if (thread.Status == CoroutineStatus.Suspended)
                        return;
                    r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
                    continue;
                case FastOp.Return1:
                {
                    if (thread.OpenUpValues is not null)
                        thread.CloseUpValues(frame.Base);
                    int to = frame.Function, wanted = frame.Results;
                    ref LuaValue result = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), to);
                    if (wanted != 0)
                        result.Set(in At(ref r, i.A));
                    for (int extra = 1; extra < wanted; extra++)
                        Unsafe.Add(ref result, extra).SetNil();
                    thread.Top = wanted < 0 ? to + 1 : to + wanted;
                    thread.PopFrame();
                    if (frame.IsFresh)
                        return;
                    if (wanted >= 0)
                        thread.Top = thread.Frame.Top;
                    goto enter;
                }
                case FastOp.Return0 or FastOp.Return:
                    Calls.Return(thread, frame, ref i);
                    if (frame.IsFresh)
                        return;
                    if (frame.Results >= 0)
                        thread.Top = thread.Frame.Top;
                    goto enter;
                case FastOp.ForLoop:
                {
                    ref LuaValue index = ref At(ref r, i.A);
                    double step = Unsafe.Add(ref index, 2).Num, next = index.Num + step, limit = Unsafe.Add(ref index, 1).Num;
                    if (step > 0 ? next <= limit : limit <= next)
                    {
                        ip = ref Unsafe.AddByteOffset(ref ip, i.Wide);
                        index.Num = next;
                        Unsafe.Add(ref index, 3).Set(next);
                        if (--state.Fuel < 0)
                            goto spent;
                    }
                    continue;
                }
                case FastOp.ForPrep:
                {
                    ref LuaValue index = ref At(ref r, i.A);
                    if (index.Ref is not null || Unsafe.Add(ref index, 1).Ref is not null || Unsafe.Add(ref index, 2).Ref is not null)
                        goto slow;
                    index.Num -= Unsafe.Add(ref index, 2).Num;
                    ip = ref Unsafe.AddByteOffset(ref ip, i.Wide);
                    continue;
                }
                case FastOp.TForLoop:
                    frame.Pc = PositionOf(closure, ref ip);
                    ip = ref Branch(ref ip, Calls.IterateFor(thread, frame, ref i));
                    r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
                    continue;
                case FastOp.SetList:
                    frame.Pc = PositionOf(closure, ref ip);
                    Calls.SetList(thread, frame, ref i);
                    continue;
                case FastOp.Close:
                    thread.CloseUpValues(frame.Base + (i.A / FastInstruction.ValueSize));
                    continue;
                case FastOp.Closure:
                    At(ref r, i.A).Ref = Calls.MakeClosure(thread, frame, closure, closure.Prototype.Nested[i.Wide]);
                    continue;
                case FastOp.VarArg:
                    Calls.LoadVarArgs(thread, frame, closure, ref i);
                    r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
                    continue;
            }
        slow:
            frame.Pc = PositionOf(closure, ref ip);
            SlowPath.Run(thread, frame, closure);
            ip = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(closure.Prototype.Fast), frame.Pc);
            r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(thread.Stack), frame.Base);
            continue;
        spent:
            frame.Pc = PositionOf(closure, ref ip);
            state.FuelSpent();
        }
    }
}
