using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>
/// One call of a host function: its arguments, numbered from 0 (messages number from 1), and its results. Allocates nothing itself.
/// Valid until the function returns; a call into Lua may move the stack, so references to arguments are not kept over one.
/// </summary>
public readonly ref struct HostCall
{
    internal readonly LuaThread Thread;

    internal HostCall(LuaThread thread) => Thread = thread;

    public LuaState State => Thread.State;

    /// <summary>How many arguments were given.</summary>
    public int Count => Thread.Top - Thread.Frame.Base;

    /// <summary>An argument; nil where none was given.</summary>
    public LuaValue this[int index] => index < Count ? Thread.Stack[Thread.Frame.Base + index] : LuaValue.Nil;

    internal ref LuaValue At(int index) => ref Thread.Stack[Thread.Frame.Base + index];

    internal bool IsNone(int index) => index >= Count;

    internal bool IsNoneOrNil(int index) => index >= Count || At(index).IsNil;

    public int ReturnNothing() => 0;

    public int Return(LuaValue value)
    {
        Thread.Push(value);
        return 1;
    }

    public int Return(double number)
    {
        // A host's function begins with room for 20 values.
        LuaThread thread = Thread;
        if (thread.Top < thread.Frame.Top)
            thread.Stack[thread.Top++].Set(number);
        else
            thread.Push(new LuaValue(number));
        return 1;
    }

    public int Return(LuaValue first, LuaValue second)
    {
        Thread.Push(first);
        Thread.Push(second);
        return 2;
    }

    /// <summary>Puts a result after those before it; the function then returns how many it put.</summary>
    public void Push(LuaValue value) => Thread.Push(value);

    /// <summary>An error with this message and the position of the caller.</summary>
    public LuaException Error(string message) => State.ErrorAt(Thread, 1, message);

    /// <summary>An error that carries a value.</summary>
    public static LuaException Raise(LuaValue value) => new(value);

    /// <summary>Ends the run, whatever the script catches.</summary>
    public static Exception Stop(string reason) => new LuaStopException(reason);

    public LuaException ArgumentError(int index, string message)
    {
        int number = index + 1;
        (string Kind, LuaString Name)? called = VariableNames.OfFunction(Thread, Thread.FrameIndex);
        if (called is { Kind: "method" } method && --number == 0)
            return Error($"calling '{method.Name}' on bad self ({message})");
        return Error($"bad argument #{number} to '{called?.Name.ToString() ?? "?"}' ({message})");
    }

    public LuaException TypeError(int index, string expected) =>
        ArgumentError(index, $"{expected} expected, got {(IsNone(index) ? "no value" : At(index).TypeName)}");

    public void CheckAny(int index)
    {
        if (IsNone(index))
            throw ArgumentError(index, "value expected");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double CheckNumber(int index)
    {
        if (index < Count && At(index).Ref is null)
            return At(index).Num;
        return ConvertNumber(index);
    }

    private double ConvertNumber(int index)
    {
        if (index < Count && Arithmetic.TryToNumber(in At(index), out double number))
            return number;
        throw TypeError(index, "number");
    }

    public double OptionalNumber(int index, double otherwise) => IsNoneOrNil(index) ? otherwise : CheckNumber(index);

    /// <summary>A number cut to 64 bits; what is out of range becomes the least.</summary>
    public long CheckInteger(int index) => ToInteger(CheckNumber(index));

    public long OptionalInteger(int index, long otherwise) => IsNoneOrNil(index) ? otherwise : CheckInteger(index);

    internal int CheckInt(int index) => (int)CheckInteger(index);

    internal int OptionalInt(int index, int otherwise) => IsNoneOrNil(index) ? otherwise : CheckInt(index);

    internal static long ToInteger(double number) =>
        number is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)number : long.MinValue;

    /// <summary>A string; a number is converted, in its place too.</summary>
    public LuaString CheckString(int index)
    {
        if (index < Count && TryString(index, out LuaString? text))
            return text;
        throw TypeError(index, "string");
    }

    internal bool TryString(int index, [NotNullWhen(true)] out LuaString? text)
    {
        ref LuaValue value = ref At(index);
        text = value.Ref as LuaString;
        if (text is null && value.Ref is null)
        {
            text = State.NumberString(value.Num);
            At(index) = new LuaValue(text);
        }
        return text is not null;
    }

    public LuaTable CheckTable(int index)
    {
        if (index < Count && At(index).Ref is LuaTable table)
            return table;
        throw TypeError(index, "table");
    }

    internal void CheckFunction(int index)
    {
        if (IsNone(index) || !At(index).IsFunction)
            throw TypeError(index, "function");
    }

    /// <summary>Makes the number of arguments exactly this, dropping or adding nils.</summary>
    internal void SetCount(int count)
    {
        Thread.EnsureStack(Thread.Frame.Base + count);
        for (int i = Count; i < count; i++)
            At(i).SetNil();
        Thread.Top = Thread.Frame.Base + count;
    }

    /// <summary>Refuses results or arguments beyond what a host function may have on the stack.</summary>
    internal void CheckStack(int count, string message)
    {
        if (!HasStack(count))
            throw Error($"stack overflow ({message})");
    }

    internal bool HasStack(int count)
    {
        if (count > LuaLimits.MaxHostStack || Count + count > LuaLimits.MaxHostStack)
            return false;
        Thread.EnsureStack(Thread.Top + count);
        return true;
    }
}
