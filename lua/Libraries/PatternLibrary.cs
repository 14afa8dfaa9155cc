namespace Pkv.Lua;

/// <summary>find, match, gmatch and gsub.</summary>
internal static class PatternLibrary
{
    private static readonly System.Buffers.SearchValues<byte> Specials = System.Buffers.SearchValues.Create("^$*+?.([%-"u8);

    public static int Find(HostCall call, bool isFind)
    {
        LuaString text = call.CheckString(0), pattern = call.CheckString(1);
        long start = StringLibrary.Relative(call.OptionalInteger(2, 1), text.Length) - 1;
        start = Math.Clamp(start, 0, text.Length);
        if (isFind && (call[3].IsTrue || !UpToZero(pattern.Span).ContainsAny(Specials)))
            return FindPlain(call, text.Span, pattern.Span, (int)start);
        PatternMatcher matcher = new(call, text.Span, pattern.Span);
        bool isAnchored = pattern.Length > 0 && pattern.Bytes[0] == '^';
        for (int at = (int)start; at <= text.Length; at++)
        {
            int end = matcher.Match(at, isAnchored ? 1 : 0);
            if (end >= 0)
            {
                if (!isFind)
                    return matcher.PushCaptures(at, end, wholeIfNone: true);
                call.Push(new LuaValue(at + 1));
                call.Push(new LuaValue(end));
                return matcher.PushCaptures(at, end, wholeIfNone: false) + 2;
            }
            if (isAnchored)
                break;
        }
        return call.Return(LuaValue.Nil);
    }

    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> text)
    {
        int zero = text.IndexOf((byte)0);
        return zero < 0 ? text : text[..zero];
    }

    private static int FindPlain(HostCall call, ReadOnlySpan<byte> text, ReadOnlySpan<byte> what, int start)
    {
        int at = IndexOf(call.State, text[start..], what);
        if (at < 0)
            return call.Return(LuaValue.Nil);
        return call.Return(new LuaValue(start + at + 1), new LuaValue(start + at + what.Length));
    }

    // Candidates by their first byte; what is compared with each counts as work, because it may be nearly all, each time.
    private static int IndexOf(LuaState state, ReadOnlySpan<byte> text, ReadOnlySpan<byte> what)
    {
        if (what.Length == 0)
            return 0;
        state.Spend(text.Length >> 6);
        for (int at = 0; text.Length - at >= what.Length; at++)
        {
            int next = text[at..(text.Length - what.Length + 1)].IndexOf(what[0]);
            if (next < 0)
                return -1;
            at += next;
            state.Spend(1 + (what.Length >> 6));
            if (text.Slice(at, what.Length).SequenceEqual(what))
                return at;
        }
        return -1;
    }

    public static int GMatch(HostCall call)
    {
        LuaString text = call.CheckString(0), pattern = call.CheckString(1);
        call.State.Charge(HostFunction.Cost);
        return call.Return(new LuaValue(new HostFunction("(for generator)", new MatchIterator(text, pattern).Next)));
    }

    public static int GSub(HostCall call)
    {
        LuaString text = call.CheckString(0), pattern = call.CheckString(1);
        LuaType kind = call.IsNone(2) ? LuaType.Nil : call.At(2).Type;
        int max = call.OptionalInt(3, text.Length + 1);
        if (kind is not (LuaType.Number or LuaType.String or LuaType.Function or LuaType.Table))
            throw call.ArgumentError(2, "string/function/table expected");
        if (kind == LuaType.Number)
            call.CheckString(2);
        LuaValue replacement = call.At(2);
        bool isAnchored = pattern.Length > 0 && pattern.Bytes[0] == '^';
        PatternMatcher matcher = new(call, text.Span, pattern.Span);
        ByteBuilder result = call.State.BorrowBuilder();
        int count = 0, at = 0;
        try
        {
            while (count < max)
            {
                int end = matcher.Match(at, isAnchored ? 1 : 0);
                if (end >= 0)
                {
                    count++;
                    Append(call, ref matcher, replacement, result, text, at, end);
                }
                if (end > at)
                    at = end;
                else if (at < text.Length)
                    result.Append(call.State, text.Bytes[at++]);
                else
                    break;
                if (isAnchored)
                    break;
            }
            result.Append(call.State, text.Span[at..]);
            return call.Return(new LuaValue(call.State.String(result.Span)), new LuaValue(count));
        }
        finally
        {
            call.State.ReturnBuilder(result);
        }
    }

    private static void Append(HostCall call, ref PatternMatcher matcher, LuaValue replacement, ByteBuilder result, LuaString text, int start, int end)
    {
        if (replacement.Ref is LuaString template)
        {
            AppendTemplate(call.State, ref matcher, template.Span, result, text, start, end);
            return;
        }
        LuaValue value;
        if (replacement.IsFunction)
        {
            int at = call.Thread.Top;
            call.Push(replacement);
            matcher.PushCaptures(start, end, wholeIfNone: true);
            call.Thread.Call(at, 1);
            call.Thread.Top = at;
            value = call.Thread.Stack[at];
        }
        else
            value = Metamethods.Index(call.Thread, replacement, matcher.Capture(0, start, end), -1);
        if (!value.IsTrue)
            result.Append(call.State, text.Span[start..end]);
        else if (value.Ref is LuaString s)
            result.Append(call.State, s.Span);
        else if (value.IsNumber)
            AppendNumber(call.State, result, value.Num);
        else
            throw call.Error($"invalid replacement value (a {value.TypeName})");
    }

    private static void AppendNumber(LuaState state, ByteBuilder result, double number) =>
        result.Advance(NumberWriter.WriteShort(number, result.Reserve(state, NumberWriter.MaxLength)));

    private static void AppendTemplate(LuaState state, ref PatternMatcher matcher, ReadOnlySpan<byte> template, ByteBuilder result, LuaString text, int start, int end)
    {
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '%')
            {
                result.Append(state, template[i]);
                continue;
            }
            byte c = ++i < template.Length ? template[i] : (byte)0;
            if (c is < (byte)'0' or > (byte)'9')
                result.Append(state, c);
            else if (c == '0')
                result.Append(state, text.Span[start..end]);
            else
            {
                LuaValue capture = matcher.Capture(c - '1', start, end);
                if (capture.IsNumber)
                    AppendNumber(state, result, capture.Num);
                else
                    result.Append(state, capture.Bytes);
            }
        }
    }
}
