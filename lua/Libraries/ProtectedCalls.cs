namespace Pkv.Lua;

/// <summary>pcall and xpcall. A stop (<see cref="LuaStopException"/>) passes through them.</summary>
internal static class ProtectedCalls
{
    // An exception of the runtime takes some ten microseconds: as much as this many instructions.
    private const int ErrorWork = 500;

    public static int PCall(HostCall call)
    {
        call.CheckAny(0);
        LuaThread thread = call.Thread;
        (int frame, int depth, int function) = (thread.FrameIndex, thread.State.HostDepth, thread.Frame.Base);
        try
        {
            thread.Call(function, -1);
        }
        catch (LuaException error)
        {
            Recover(thread, frame, depth, function);
            return call.Return(LuaValue.Boolean(false), thread.State.Caught is { } caught ? caught(error.Value) : error.Value);
        }
        return PutTrueFirst(thread, function);
    }

    public static int XPCall(HostCall call)
    {
        call.CheckAny(1);
        call.SetCount(2);
        LuaThread thread = call.Thread;
        (int frame, int depth, int handler) = (thread.FrameIndex, thread.State.HostDepth, thread.Frame.Base);
        (thread.Stack[handler], thread.Stack[handler + 1]) = (thread.Stack[handler + 1], thread.Stack[handler]);
        try
        {
            thread.Call(handler + 1, -1);
        }
        // The filter runs before anything is unwound, so the handler sees the calls that failed.
        catch (LuaException error) when (Handle(thread, handler, error))
        {
            Recover(thread, frame, depth, handler);
            return call.Return(LuaValue.Boolean(false), error.Value);
        }
        return PutTrueFirst(thread, handler + 1);
    }

    // A stop while the handler runs must not be lost in the filter.
    private static bool Handle(LuaThread thread, int handler, LuaException error)
    {
        if (error.IsOutOfMemory || error.IsInHandling || thread.State.PendingStop is not null)
            return true;
        LuaState state = thread.State;
        while (true)
        {
            try
            {
                LuaValue function = thread.Stack[handler];
                if (!function.IsFunction)
                    break;
                error.Value = RunHandler(thread, function, error.Value);
                return true;
            }
            catch (LuaException inner)
            {
                // An error in the handler is handled by it again, one call deeper.
                error.Value = inner.Value;
                if (inner.IsOutOfMemory)
                    return true;
                if (inner.IsInHandling || ++state.HostDepth > LuaLimits.MaxHostCalls + (LuaLimits.MaxHostCalls >> 3))
                    break;
            }
            catch (LuaStopException stop)
            {
                state.PendingStop = stop;
                return true;
            }
        }
        error.Value = new LuaValue(state.Name("error in error handling"));
        return true;
    }

    private static LuaValue RunHandler(LuaThread thread, LuaValue function, LuaValue value)
    {
        int at = Math.Max(thread.Top, thread.ClosureOf(thread.Frame) is null ? 0 : thread.Frame.Top);
        thread.Top = at;
        thread.Push(function);
        thread.Push(value);
        thread.Call(at, 1);
        return thread.Stack[at];
    }

    /// <summary>Back to a call that protects others: their variables are closed, their frames forgotten.</summary>
    public static void Recover(LuaThread thread, int frame, int depth, int top)
    {
        thread.State.HostDepth = depth;
        thread.State.Fuel -= ErrorWork;
        thread.CloseUpValues(top);
        thread.UnwindTo(frame);
        thread.Top = top;
        if (thread.State.PendingStop is { } stop)
        {
            thread.State.PendingStop = null;
            throw stop;
        }
    }

    private static int PutTrueFirst(LuaThread thread, int first)
    {
        int count = thread.Top - first;
        thread.EnsureStack(thread.Top + 1);
        Array.Copy(thread.Stack, first, thread.Stack, first + 1, count);
        thread.Stack[first] = LuaValue.Boolean(true);
        thread.Top++;
        return count + 1;
    }
}
