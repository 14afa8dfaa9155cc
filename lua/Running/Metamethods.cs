namespace Pkv.Lua;

/// <summary>Operations in full generality: with metamethods, conversions and errors. Each may run code of the script and so move the stack.</summary>
internal static class Metamethods
{
    private const int MaxChain = 100;

    /// <param name="index">Where the value lies in the stack, for the message, or -1.</param>
    public static LuaValue Index(LuaThread thread, LuaValue value, LuaValue key, int index)
    {
        LuaState state = thread.State;
        for (int i = 0; i < MaxChain; i++)
        {
            LuaValue handler;
            if (value.Ref is LuaTable table)
            {
                LuaValue found = table.Find(in key);
                if (!found.IsNil || table.Metatable is null)
                    return found;
                handler = state.Cached(table.Metatable, MetaEvent.Index);
                if (handler.IsNil)
                    return found;
            }
            else
            {
                handler = state.Metamethod(in value, MetaEvent.Index);
                if (handler.IsNil)
                    throw TypeErrors.Raise(thread, "index", in value, index);
            }
            if (handler.IsFunction)
                return Call(thread, handler, value, key);
            value = handler;
            index = -1;
        }
        throw state.Error("loop in gettable");
    }

    public static void SetIndex(LuaThread thread, LuaValue value, LuaValue key, LuaValue item, int index)
    {
        LuaState state = thread.State;
        for (int i = 0; i < MaxChain; i++)
        {
            LuaValue handler;
            if (value.Ref is LuaTable table)
            {
                // The place is made before a metamethod is looked for, as in C Lua.
                ref LuaValue place = ref state.PlaceFor(table, in key);
                if (!place.IsNil || table.Metatable is null || (handler = state.Cached(table.Metatable, MetaEvent.NewIndex)).IsNil)
                {
                    place = item;
                    return;
                }
            }
            else
            {
                handler = state.Metamethod(in value, MetaEvent.NewIndex);
                if (handler.IsNil)
                    throw TypeErrors.Raise(thread, "index", in value, index);
            }
            if (handler.IsFunction)
            {
                Call(thread, handler, value, key, item);
                return;
            }
            value = handler;
            index = -1;
        }
        throw state.Error("loop in settable");
    }

    /// <summary>Calls a metamethod for one result.</summary>
    public static LuaValue Call(LuaThread thread, LuaValue handler, LuaValue a, LuaValue b)
    {
        int at = thread.Top;
        thread.EnsureStack(at + 3);
        LuaValue[] stack = thread.Stack;
        stack[at] = handler;
        stack[at + 1] = a;
        stack[at + 2] = b;
        thread.Top = at + 3;
        thread.Call(at, 1);
        thread.Top = at;
        return thread.Stack[at];
    }

    private static void Call(LuaThread thread, LuaValue handler, LuaValue a, LuaValue b, LuaValue c)
    {
        int at = thread.Top;
        thread.EnsureStack(at + 4);
        LuaValue[] stack = thread.Stack;
        stack[at] = handler;
        stack[at + 1] = a;
        stack[at + 2] = b;
        stack[at + 3] = c;
        thread.Top = at + 4;
        thread.Call(at, 0);
        thread.Top = at;
    }

    public static LuaValue Arithmetic(LuaThread thread, Opcode op, LuaValue a, int aIndex, LuaValue b, int bIndex)
    {
        if (Pkv.Lua.Arithmetic.TryToNumber(in a, out double left) && Pkv.Lua.Arithmetic.TryToNumber(in b, out double right))
            return new LuaValue(Pkv.Lua.Arithmetic.Apply(op, left, right));
        LuaValue handler = Binary(thread.State, in a, in b, MetaEvent.Add + (op - Opcode.Add));
        if (handler.IsNil)
            throw TypeErrors.Arithmetic(thread, in a, aIndex, in b, bIndex);
        return Call(thread, handler, a, b);
    }

    private static LuaValue Binary(LuaState state, ref readonly LuaValue a, ref readonly LuaValue b, MetaEvent kind)
    {
        LuaValue handler = state.Metamethod(in a, kind);
        return handler.IsNil ? state.Metamethod(in b, kind) : handler;
    }

    public static LuaValue Length(LuaThread thread, LuaValue value, int index)
    {
        switch (value.Ref)
        {
            case LuaTable table:
                return new LuaValue(table.Length);
            case LuaString s:
                return new LuaValue(s.Length);
        }
        LuaValue handler = thread.State.Metamethod(in value, MetaEvent.Len);
        if (handler.IsNil)
            throw TypeErrors.Raise(thread, "get length of", in value, index);
        return Call(thread, handler, value, LuaValue.Nil);
    }

    public static bool AreEqual(LuaThread thread, LuaValue a, LuaValue b)
    {
        if (LuaValue.RawEquals(in a, in b))
            return true;
        (LuaTable? left, LuaTable? right) = (a.Ref, b.Ref) switch
        {
            (LuaTable x, LuaTable y) => (x.Metatable, y.Metatable),
            (Userdata x, Userdata y) => (x.Metatable, y.Metatable),
            _ => (null, null),
        };
        if (left is null || right is null)
            return false;
        LuaState state = thread.State;
        LuaValue handler = state.Cached(left, MetaEvent.Eq);
        if (handler.IsNil)
            return false;
        if (!ReferenceEquals(left, right))
        {
            LuaValue other = state.Cached(right, MetaEvent.Eq);
            if (!LuaValue.RawEquals(in handler, in other))
                return false;
        }
        return Call(thread, handler, a, b).IsTrue;
    }

    public static bool Less(LuaThread thread, LuaValue a, LuaValue b)
    {
        if (a.Ref is null && b.Ref is null)
            return a.Num < b.Num;
        if (a.Type == b.Type)
        {
            if (a.Ref is LuaString s)
                return s.Span.SequenceCompareTo(((LuaString)b.Ref!).Span) < 0;
            if (TryOrder(thread, MetaEvent.Lt, a, b, out bool result))
                return result;
        }
        throw TypeErrors.Order(thread, in a, in b);
    }

    public static bool LessOrEqual(LuaThread thread, LuaValue a, LuaValue b)
    {
        if (a.Ref is null && b.Ref is null)
            return a.Num <= b.Num;
        if (a.Type == b.Type)
        {
            if (a.Ref is LuaString s)
                return s.Span.SequenceCompareTo(((LuaString)b.Ref!).Span) <= 0;
            if (TryOrder(thread, MetaEvent.Le, a, b, out bool result))
                return result;
            if (TryOrder(thread, MetaEvent.Lt, b, a, out result))
                return !result;
        }
        throw TypeErrors.Order(thread, in a, in b);
    }

    // Both sides must have the same metamethod.
    private static bool TryOrder(LuaThread thread, MetaEvent kind, LuaValue a, LuaValue b, out bool result)
    {
        LuaValue handler = thread.State.Metamethod(in a, kind), other = thread.State.Metamethod(in b, kind);
        result = false;
        if (handler.IsNil || !LuaValue.RawEquals(in handler, in other))
            return false;
        result = Call(thread, handler, a, b).IsTrue;
        return true;
    }

    /// <summary>Joins the values between two indexes of the stack, from the right; the result is left in the first.</summary>
    public static void Concat(LuaThread thread, int first, int last)
    {
        LuaState state = thread.State;
        while (last > first)
        {
            LuaValue[] stack = thread.Stack;
            if (!IsText(in stack[last - 1]) || !IsText(in stack[last]))
            {
                LuaValue handler = Binary(state, in stack[last - 1], in stack[last], MetaEvent.Concat);
                if (handler.IsNil)
                {
                    int culprit = IsText(in stack[last - 1]) ? last : last - 1;
                    throw TypeErrors.Raise(thread, "concatenate", in stack[culprit], culprit);
                }
                LuaValue result = Call(thread, handler, stack[last - 1], stack[last]);
                thread.Stack[--last] = result;
                continue;
            }
            int from = last - 1;
            while (from > first && IsText(in stack[from - 1]))
                from--;
            stack[from] = new LuaValue(state.Join(stack.AsSpan(from, last - from + 1)));
            last = from;
        }
    }

    private static bool IsText(ref readonly LuaValue value) => value.Ref is null or LuaString;
}
