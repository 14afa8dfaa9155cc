namespace Pkv.Lua;

/// <summary>Coroutines. A resumed one runs on the machine stack above its resumer, and yields by returning to it.</summary>
internal static class CoroutineLibrary
{
    private static readonly string[] StatusNames = ["suspended", "running", "normal", "dead"];

    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        LuaLibraries.Add(state, library, "create", static call => call.Return(new LuaValue(Create(call))));
        LuaLibraries.Add(state, library, "resume", Resume);
        LuaLibraries.Add(state, library, "running", static call =>
            call.Return(ReferenceEquals(call.Thread, call.State.MainThread) ? LuaValue.Nil : new LuaValue(call.Thread)));
        LuaLibraries.Add(state, library, "status", static call =>
            call.Return(new LuaValue(call.State.Name(StatusNames[(int)CheckThread(call).Status]))));
        LuaLibraries.Add(state, library, "wrap", Wrap);
        LuaLibraries.Add(state, library, "yield", Yield);
        state.SetGlobal("coroutine", new LuaValue(library));
    }

    private static LuaThread Create(HostCall call)
    {
        if (call[0].Ref is not LuaClosure function)
            throw call.ArgumentError(0, "Lua function expected");
        call.State.Charge(LuaThread.Cost);
        LuaThread made = new(call.State, call.Thread.Globals);
        made.Push(new LuaValue(function));
        return made;
    }

    private static LuaThread CheckThread(HostCall call)
    {
        if (call[0].Ref is LuaThread thread)
            return thread;
        throw call.ArgumentError(0, "coroutine expected");
    }

    private static int Resume(HostCall call)
    {
        LuaThread coroutine = CheckThread(call);
        int count = Continue(call, coroutine, 1, out LuaValue error);
        if (count < 0)
            return call.Return(LuaValue.Boolean(false), error);
        int first = call.Thread.Top - count;
        call.Push(LuaValue.Nil);
        Array.Copy(call.Thread.Stack, first, call.Thread.Stack, first + 1, count);
        call.Thread.Stack[first] = LuaValue.Boolean(true);
        return count + 1;
    }

    private static int Wrap(HostCall call)
    {
        LuaThread coroutine = Create(call);
        call.State.Charge(HostFunction.Cost);
        return call.Return(new LuaValue(new HostFunction("wrap", new WrappedCoroutine(coroutine).Run)));
    }

    private static int Yield(HostCall call)
    {
        LuaThread thread = call.Thread;
        if (thread.State.HostDepth > thread.BaseDepth)
            throw thread.State.Error("attempt to yield across metamethod/C-call boundary");
        thread.Status = CoroutineStatus.Suspended;
        return -1;
    }

    /// <summary>Runs a coroutine on with the caller's arguments from an index; its values are left at the top of the caller's stack.</summary>
    /// <returns>How many values, or -1 with an error.</returns>
    internal static int Continue(HostCall call, LuaThread coroutine, int firstArgument, out LuaValue error)
    {
        LuaThread from = call.Thread;
        LuaState state = call.State;
        error = LuaValue.Nil;
        int count = Math.Max(call.Count - firstArgument, 0);
        if (coroutine.Top + count > LuaLimits.MaxHostStack + coroutine.Frame.Base)
            throw call.Error("too many arguments to resume");
        if (coroutine.Status != CoroutineStatus.Suspended || state.HostDepth >= LuaLimits.MaxHostCalls)
        {
            string reason = coroutine.Status == CoroutineStatus.Suspended ? "C stack overflow" : $"cannot resume {StatusNames[(int)coroutine.Status]} coroutine";
            error = new LuaValue(state.String(reason));
            return -1;
        }
        coroutine.EnsureStack(coroutine.Top + count);
        Array.Copy(from.Stack, from.Frame.Base + firstArgument, coroutine.Stack, coroutine.Top, count);
        coroutine.Top += count;
        int depth = state.HostDepth++;
        coroutine.BaseDepth = state.HostDepth;
        try
        {
            Switch(state, from, coroutine);
            Enter(coroutine, coroutine.Top - count);
            return TakeValues(call, coroutine);
        }
        catch (LuaException failure)
        {
            coroutine.Status = CoroutineStatus.Dead;
            coroutine.CloseUpValues(0);
            error = failure.Value;
            return -1;
        }
        finally
        {
            state.HostDepth = depth;
            state.Current = from;
            from.Status = CoroutineStatus.Running;
        }
    }

    private static void Switch(LuaState state, LuaThread from, LuaThread to)
    {
        from.Status = CoroutineStatus.Normal;
        to.Status = CoroutineStatus.Running;
        state.Current = to;
    }

    private static void Enter(LuaThread coroutine, int firstArgument)
    {
        if (coroutine.FrameIndex == 0)
        {
            if (!coroutine.PreCall(firstArgument - 1, -1))
                return;
        }
        else
        {
            // The frame on top is that of the yield, which now returns the arguments.
            int wanted = coroutine.Frame.Results;
            coroutine.FinishHost(firstArgument);
            if (wanted >= 0)
                coroutine.Top = coroutine.Frame.Top;
        }
        Interpreter.Execute(coroutine);
    }

    private static int TakeValues(HostCall call, LuaThread coroutine)
    {
        if (coroutine.Status == CoroutineStatus.Running)
            coroutine.Status = CoroutineStatus.Dead;
        int first = coroutine.Frame.Base, count = coroutine.Top - first;
        LuaThread to = call.Thread;
        if (count + 1 > LuaLimits.MaxHostStack)
            throw call.Error("too many results to resume");
        to.EnsureStack(to.Top + count + 1);
        Array.Copy(coroutine.Stack, first, to.Stack, to.Top, count);
        to.Top += count;
        coroutine.Top = first;
        return count;
    }
}
