namespace Pkv.Lua;

/// <summary>load and loadstring, of source text only: a precompiled chunk is no Lua text and fails as such.</summary>
internal static class LoadLibrary
{
    public static int LoadString(HostCall call)
    {
        LuaString source = call.CheckString(0);
        LuaString name = call.IsNoneOrNil(1) ? source : call.CheckString(1);
        return Compile(call, name, source.Bytes);
    }

    public static int Load(HostCall call)
    {
        call.CheckFunction(0);
        LuaString name = call.IsNoneOrNil(1) ? call.State.Name("=(load)") : call.CheckString(1);
        call.SetCount(3);
        (int frame, int depth, int top) = (call.Thread.FrameIndex, call.State.HostDepth, call.Thread.Top);
        byte[] source;
        try
        {
            source = ReadPieces(call);
        }
        catch (LuaException error) when (!error.IsInHandling)
        {
            ProtectedCalls.Recover(call.Thread, frame, depth, top);
            return call.Return(LuaValue.Nil, error.Value);
        }
        return Compile(call, name, source);
    }

    private static byte[] ReadPieces(HostCall call)
    {
        LuaThread thread = call.Thread;
        ByteBuilder source = new();
        while (true)
        {
            int at = thread.Top;
            thread.Push(call.At(0));
            thread.Call(at, 1);
            thread.Top = at;
            LuaValue piece = thread.Stack[at];
            if (piece.IsNil || piece.Ref is LuaString { Length: 0 })
                return source.Span.ToArray();
            if (piece.IsNumber)
                piece = new LuaValue(call.State.NumberString(piece.Num));
            if (piece.Ref is not LuaString text)
                throw call.Error("reader function must return a string");
            source.Append(call.State, text.Span);
        }
    }

    private static int Compile(HostCall call, LuaString name, byte[] source)
    {
        try
        {
            LuaClosure made = call.State.Load(name, source, call.Thread.Globals);
            call.State.Charge(made.Cost);
            return call.Return(new LuaValue(made));
        }
        catch (LuaException error)
        {
            return call.Return(LuaValue.Nil, error.Value);
        }
    }
}
