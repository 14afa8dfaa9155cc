namespace Pkv.Lua;

/// <summary>Which call is at a level: 0 the running function, 1 its caller, and so on, calls that tail calls replaced included.</summary>
internal static class CallLevels
{
    /// <summary>The frame's index at a level; 0 for a call lost to a tail call, -1 when there is none.</summary>
    public static int Find(LuaThread thread, int level)
    {
        int at = thread.FrameIndex;
        for (; level > 0 && at > 0; at--)
        {
            level--;
            CallInfo frame = thread.FrameAt(at);
            if (thread.ClosureOf(frame) is not null)
                level -= frame.TailCalls;
        }
        if (level == 0 && at > 0)
            return at;
        return level < 0 ? 0 : -1;
    }

    /// <summary>"chunk:line: " of a level, or nothing where that is not Lua code.</summary>
    public static string Where(LuaThread thread, int level)
    {
        int at = Find(thread, level);
        if (at <= 0)
            return "";
        CallInfo frame = thread.FrameAt(at);
        if (thread.ClosureOf(frame) is not { } closure)
            return "";
        int line = closure.Prototype.Lines[Math.Max(frame.Pc - 1, 0)];
        return $"{ChunkName.Display(closure.Prototype.Source)}:{line}: ";
    }
}
