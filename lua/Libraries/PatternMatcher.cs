using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>
/// Lua's patterns over bytes. Every step counts as work of the script, so that a pattern that would try for ever is stopped, and its
/// recursion is bounded. A pattern ends at its first zero byte, as for C Lua.
/// </summary>
internal ref struct PatternMatcher
{
    public const int MaxCaptures = 32;
    private const int Unfinished = -1, Position = -2, MaxDepth = 4000, None = -1;

    private readonly LuaState _state;
    private readonly ReadOnlySpan<byte> _source, _pattern;
    private readonly HostCall _call;
    private int _depth;
    private CaptureStarts _starts;
    private CaptureStarts _lengths;

    public PatternMatcher(HostCall call, ReadOnlySpan<byte> source, ReadOnlySpan<byte> pattern)
    {
        _call = call;
        _state = call.State;
        _source = source;
        int zero = pattern.IndexOf((byte)0);
        _pattern = zero < 0 ? pattern : pattern[..zero];
    }

    /// <summary>How many captures the last match has.</summary>
    public int Level { get; private set; }

    /// <summary>The end of a match of the pattern from an index on at a place, or -1.</summary>
    public int Match(int at, int pattern)
    {
        Level = 0;
        _depth = 0;
        return Do(at, pattern);
    }

    private readonly byte PatternAt(int index) => index < _pattern.Length ? _pattern[index] : (byte)0;

    private readonly byte SourceAt(int index) => index < _source.Length ? _source[index] : (byte)0;

    private int Do(int s, int p)
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw _call.Error("pattern too complex");
        int end = Loop(s, p);
        _depth--;
        return end;
    }

    private int Loop(int s, int p)
    {
        while (true)
        {
            if (--_state.Fuel < 0)
                _state.FuelSpent();
            switch (PatternAt(p))
            {
                case (byte)'(':
                    return PatternAt(p + 1) == ')' ? StartCapture(s, p + 2, Position) : StartCapture(s, p + 1, Unfinished);
                case (byte)')':
                    return EndCapture(s, p + 1);
                case 0:
                    return s;
                case (byte)'$' when PatternAt(p + 1) == 0:
                    return s == _source.Length ? s : None;
                case (byte)'%' when PatternAt(p + 1) is (byte)'b' or (byte)'f' or (>= (byte)'0' and <= (byte)'9'):
                    if (!Special(ref s, ref p))
                        return None;
                    continue;
            }
            int end = ClassEnd(p);
            bool matches = s < _source.Length && Single(_source[s], p, end);
            switch (PatternAt(end))
            {
                case (byte)'?':
                    if (matches && Do(s + 1, end + 1) is int found and not None)
                        return found;
                    p = end + 1;
                    continue;
                case (byte)'*':
                    return MaxExpand(s, p, end);
                case (byte)'+':
                    return matches ? MaxExpand(s + 1, p, end) : None;
                case (byte)'-':
                    return MinExpand(s, p, end);
                default:
                    if (!matches)
                        return None;
                    s++;
                    p = end;
                    continue;
            }
        }
    }

    // %b, %f and back references: moves on, or fails.
    private bool Special(ref int s, ref int p)
    {
        byte kind = PatternAt(p + 1);
        if (kind == 'b')
        {
            s = Balance(s, p + 2);
            p += 4;
            return s != None;
        }
        if (kind == 'f')
        {
            p += 2;
            if (PatternAt(p) != '[')
                throw _call.Error("missing '[' after '%f' in pattern");
            int end = ClassEnd(p);
            byte previous = s == 0 ? (byte)0 : _source[s - 1];
            if (Set(previous, p, end - 1) || !Set(SourceAt(s), p, end - 1))
                return false;
            p = end;
            return true;
        }
        int capture = CheckCapture(kind - '1'), length = _lengths[capture];
        ReadOnlySpan<byte> text = _source.Slice(_starts[capture], Math.Max(length, 0));
        _state.Spend(text.Length >> 6);
        p += 2;
        if (!_source[s..].StartsWith(text) || length < 0)
            return false;
        s += length;
        return true;
    }

    private readonly int CheckCapture(int index)
    {
        if (index < 0 || index >= Level || _lengths[index] == Unfinished)
            throw _call.Error("invalid capture index");
        return index;
    }

    private readonly int ClassEnd(int p)
    {
        byte c = PatternAt(p++);
        if (c == '%')
        {
            if (PatternAt(p) == 0)
                throw _call.Error("malformed pattern (ends with '%')");
            return p + 1;
        }
        if (c != '[')
            return p;
        if (PatternAt(p) == '^')
            p++;
        do
        {
            if (PatternAt(p) == 0)
                throw _call.Error("malformed pattern (missing ']')");
            if (PatternAt(p++) == '%' && PatternAt(p) != 0)
                p++;
        }
        while (PatternAt(p) != ']');
        return p + 1;
    }

    private readonly bool Single(byte c, int p, int end) => _pattern[p] switch
    {
        (byte)'.' => true,
        (byte)'%' => CharacterClass.Matches(c, _pattern[p + 1]),
        (byte)'[' => Set(c, p, end - 1),
        byte other => other == c,
    };

    private readonly bool Set(byte c, int p, int end)
    {
        bool isIn = true;
        if (PatternAt(p + 1) == '^')
        {
            isIn = false;
            p++;
        }
        while (++p < end)
        {
            if (_pattern[p] == '%')
            {
                p++;
                if (CharacterClass.Matches(c, PatternAt(p)))
                    return isIn;
            }
            else if (PatternAt(p + 1) == '-' && p + 2 < end)
            {
                p += 2;
                if (_pattern[p - 2] <= c && c <= _pattern[p])
                    return isIn;
            }
            else if (_pattern[p] == c)
                return isIn;
        }
        return !isIn;
    }

    private readonly int Balance(int s, int p)
    {
        byte open = PatternAt(p), close = PatternAt(p + 1);
        if (open == 0 || close == 0)
            throw _call.Error("unbalanced pattern");
        if (SourceAt(s) != open)
            return None;
        int depth = 1;
        for (int at = s + 1; at < _source.Length; at++)
        {
            if (--_state.Fuel < 0)
                _state.FuelSpent();
            if (_source[at] == close)
            {
                if (--depth == 0)
                    return at + 1;
            }
            else if (_source[at] == open)
                depth++;
        }
        return None;
    }

    private int MaxExpand(int s, int p, int end)
    {
        int count = 0;
        while (s + count < _source.Length && Single(_source[s + count], p, end))
            count++;
        _state.Spend(count >> 2);
        for (; count >= 0; count--)
        {
            int found = Do(s + count, end + 1);
            if (found != None)
                return found;
        }
        return None;
    }

    private int MinExpand(int s, int p, int end)
    {
        while (true)
        {
            int found = Do(s, end + 1);
            if (found != None)
                return found;
            if (s >= _source.Length || !Single(_source[s], p, end))
                return None;
            s++;
        }
    }

    private int StartCapture(int s, int p, int what)
    {
        if (Level >= MaxCaptures)
            throw _call.Error("too many captures");
        _starts[Level] = s;
        _lengths[Level] = what;
        Level++;
        int found = Do(s, p);
        if (found == None)
            Level--;
        return found;
    }

    private int EndCapture(int s, int p)
    {
        int open = Level - 1;
        while (open >= 0 && _lengths[open] != Unfinished)
            open--;
        if (open < 0)
            throw _call.Error("invalid pattern capture");
        _lengths[open] = s - _starts[open];
        int found = Do(s, p);
        if (found == None)
            _lengths[open] = Unfinished;
        return found;
    }

    /// <summary>A capture of the last match; number 0 is the whole match where the pattern has none.</summary>
    public readonly LuaValue Capture(int index, int start, int end)
    {
        if (index >= Level)
        {
            if (index != 0)
                throw _call.Error("invalid capture index");
            return new LuaValue(_state.String(_source[start..end]));
        }
        int length = _lengths[index];
        if (length == Unfinished)
            throw _call.Error("unfinished capture");
        return length == Position
            ? new LuaValue(_starts[index] + 1)
            : new LuaValue(_state.String(_source.Slice(_starts[index], length)));
    }

    /// <summary>Puts all captures on the stack, or the whole match where there are none and it is wanted.</summary>
    public readonly int PushCaptures(int start, int end, bool wholeIfNone)
    {
        int count = Level == 0 && wholeIfNone ? 1 : Level;
        for (int i = 0; i < count; i++)
            _call.Push(Capture(i, start, end));
        return count;
    }

    [InlineArray(MaxCaptures)]
    private struct CaptureStarts
    {
        private int _first;
    }
}
