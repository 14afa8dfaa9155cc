namespace Pkv.Lua;

/// <summary>The function that coroutine.wrap returns. The census finds its thread through the delegate's target.</summary>
internal sealed class WrappedCoroutine(LuaThread coroutine)
{
    public LuaThread Coroutine { get; } = coroutine;

    public int Run(HostCall call)
    {
        int count = CoroutineLibrary.Continue(call, Coroutine, 0, out LuaValue error);
        if (count >= 0)
            return count;
        if (error.Ref is null or LuaString)
            error = new LuaValue(call.State.Join([new LuaValue(call.State.String(CallLevels.Where(call.Thread, 1))), error]));
        throw new LuaException(error);
    }
}
