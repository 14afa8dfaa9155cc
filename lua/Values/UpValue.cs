namespace Pkv.Lua;

/// <summary>
/// A variable that closures share: a place in a thread's stack while its block runs ("open"), its own value afterwards. Open ones are
/// found by thread and index, so that a stack may move when it grows.
/// </summary>
internal sealed class UpValue : LuaObject
{
    public const int Cost = 64;

    /// <summary>The thread while open, null when closed.</summary>
    public LuaThread? Home;

    /// <summary>Index in the home's stack while open.</summary>
    public int Index;

    /// <summary>The next open one of the same thread, lower in its stack.</summary>
    public UpValue? Next;

    private LuaValue _closed;

    public UpValue()
        : base(LuaType.Nil)
    {
    }

    public ref LuaValue Value
    {
        get
        {
            LuaThread? home = Home;
            if (home is null)
                return ref _closed;
            return ref home.Stack[Index];
        }
    }

    public void Close()
    {
        _closed = Home!.Stack[Index];
        Home = null;
        Next = null;
    }
}
