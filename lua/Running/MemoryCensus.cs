namespace Pkv.Lua;

/// <summary>
/// Walks all that a script can reach and adds up its size; with weak tables, also forgets in them what nothing else reaches, as a
/// collection of C Lua does. Works through a list of its own, never deep in the machine's stack.
/// </summary>
internal sealed class MemoryCensus
{
    private static int s_epoch;

    private readonly LuaState _state;
    private readonly bool _clearsWeak;
    private readonly int _epoch = Interlocked.Increment(ref s_epoch);
    private readonly Stack<LuaObject> _pending = new();
    private readonly List<LuaTable> _weak = [];
    private readonly HashSet<Prototype> _prototypes = [];
    private long _bytes, _visited;

    private MemoryCensus(LuaState state, bool clearsWeak)
    {
        _state = state;
        _clearsWeak = clearsWeak;
    }

    /// <returns>Bytes that live, and how many objects and places were looked at.</returns>
    public static (long Bytes, long Visited) Take(LuaState state, bool clearsWeak)
    {
        MemoryCensus census = new(state, clearsWeak);
        census.Mark(state.Globals);
        census.Mark(state.StringMetatable);
        census.Mark(state.MainThread);
        census.Mark(state.Current);
        census.Walk();
        foreach (LuaTable table in census._weak)
            census.Clear(table);
        return (census._bytes, census._visited);
    }

    private void Mark(LuaObject? value)
    {
        if (value is null || value.Mark == _epoch || value is Special)
            return;
        value.Mark = _epoch;
        _visited++;
        if (value is LuaString s)
            _bytes += LuaString.Overhead + s.Length;
        else
            _pending.Push(value);
    }

    private void Walk()
    {
        while (_pending.TryPop(out LuaObject? value))
        {
            switch (value)
            {
                case LuaTable table:
                    WalkTable(table);
                    break;
                case LuaClosure closure:
                    WalkClosure(closure);
                    break;
                case UpValue upValue:
                    _bytes += UpValue.Cost;
                    Mark(upValue.Value.Ref);
                    break;
                case LuaThread thread:
                    WalkThread(thread);
                    break;
                case Userdata userdata:
                    _bytes += Userdata.Cost;
                    Mark(userdata.Metatable);
                    break;
                case HostFunction host:
                    _bytes += HostFunction.Cost;
                    Mark(host.Environment);
                    if (host.Body.Target is WrappedCoroutine wrapped)
                        Mark(wrapped.Coroutine);
                    else if (host.Body.Target is MatchIterator iterator)
                    {
                        Mark(iterator.Text);
                        Mark(iterator.Pattern);
                    }
                    break;
            }
        }
    }

    private void WalkTable(LuaTable table)
    {
        _bytes += table.Size;
        Mark(table.Metatable);
        (bool weakKeys, bool weakValues) = Weakness(table);
        if (weakKeys || weakValues)
            _weak.Add(table);
        _visited += table.Array.Length + table.Nodes.Length;
        if (!weakValues)
        {
            foreach (ref LuaValue item in table.Array.AsSpan())
                Mark(item.Ref);
        }
        if (!table.HasNodes)
            return;
        foreach (ref LuaTableNode node in table.Nodes.AsSpan())
        {
            if (node.Value.IsNil)
                continue;
            if (!weakKeys)
                Mark(node.Key.Ref);
            if (!weakValues)
                Mark(node.Value.Ref);
        }
    }

    private (bool Keys, bool Values) Weakness(LuaTable table)
    {
        if (!_clearsWeak || table.Metatable is null || _state.Cached(table.Metatable, MetaEvent.Mode).Ref is not LuaString mode)
            return (false, false);
        return (mode.Span.Contains((byte)'k'), mode.Span.Contains((byte)'v'));
    }

    private void WalkClosure(LuaClosure closure)
    {
        _bytes += closure.Cost;
        Mark(closure.Environment);
        foreach (UpValue upValue in closure.UpValues)
            Mark(upValue);
        if (!_prototypes.Add(closure.Prototype))
            return;
        _bytes += closure.Prototype.Cost;
        foreach (ref LuaValue constant in closure.Prototype.Constants.AsSpan())
            Mark(constant.Ref);
    }

    private void WalkThread(LuaThread thread)
    {
        _bytes += thread.Size;
        Mark(thread.Globals);
        // What lies above the top is left over: it must neither count nor keep anything in a weak table.
        LuaValue[] stack = thread.Stack;
        int top = Math.Min(StackEnd(thread), stack.Length);
        for (int i = 0; i < top; i++)
            Mark(stack[i].Ref);
        for (int i = top; i < stack.Length; i++)
            stack[i].Set(0);
    }

    // The top of a Lua function in which a metamethod or an allocation was asked for is that of its frame.
    private static int StackEnd(LuaThread thread) =>
        thread.ClosureOf(thread.Frame) is null ? thread.Top : Math.Max(thread.Top, thread.Frame.Top);

    private void Clear(LuaTable table)
    {
        foreach (ref LuaValue item in table.Array.AsSpan())
        {
            if (IsGone(item.Ref))
                item.SetNil();
        }
        foreach (ref LuaTableNode node in table.Nodes.AsSpan())
        {
            if (!node.Value.IsNil && (IsGone(node.Key.Ref) || IsGone(node.Value.Ref)))
                node.Value.SetNil();
        }
    }

    private bool IsGone(LuaObject? value) =>
        value is not (null or LuaString or Special) && value.Mark != _epoch;
}
