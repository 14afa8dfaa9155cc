namespace Pkv.Lua;

/// <summary>getfenv and setfenv.</summary>
internal static class EnvironmentLibrary
{
    public static int GetFenv(HostCall call) =>
        call.Return(new LuaValue(FindFunction(call, isOptional: true) is LuaClosure closure ? closure.Environment : call.Thread.Globals));

    public static int SetFenv(HostCall call)
    {
        LuaTable environment = call.CheckTable(1);
        LuaObject function = FindFunction(call, isOptional: false);
        if (Arithmetic.TryToNumber(in call.At(0), out double level) && level == 0)
        {
            call.Thread.Globals = environment;
            return call.ReturnNothing();
        }
        if (function is not LuaClosure closure)
            throw call.Error("'setfenv' cannot change environment of given object");
        closure.Environment = environment;
        return call.Return(new LuaValue(function));
    }

    private static LuaObject FindFunction(HostCall call, bool isOptional)
    {
        if (call[0].IsFunction)
            return call[0].Ref!;
        int level = isOptional ? call.OptionalInt(0, 1) : call.CheckInt(0);
        if (level < 0)
            throw call.ArgumentError(0, "level must be non-negative");
        int frame = CallLevels.Find(call.Thread, level);
        if (frame < 0)
            throw call.ArgumentError(0, "invalid level");
        if (frame == 0)
            throw call.Error($"no function environment for tail call at level {level}");
        return call.Thread.Stack[call.Thread.FrameAt(frame).Function].Ref!;
    }
}
