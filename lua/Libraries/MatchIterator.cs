namespace Pkv.Lua;

/// <summary>The function that string.gmatch returns.</summary>
internal sealed class MatchIterator(LuaString text, LuaString pattern)
{
    private int _next;

    public LuaString Text { get; } = text;

    public LuaString Pattern { get; } = pattern;

    public int Next(HostCall call)
    {
        PatternMatcher matcher = new(call, Text.Span, Pattern.Span);
        for (int at = _next; at <= Text.Length; at++)
        {
            int end = matcher.Match(at, 0);
            if (end < 0)
                continue;
            _next = end == at ? end + 1 : end;
            return matcher.PushCaptures(at, end, wholeIfNone: true);
        }
        return call.ReturnNothing();
    }
}
