namespace Pkv.Lua;

/// <summary>One active call. Objects of a thread are used again and again.</summary>
internal sealed class CallInfo
{
    /// <summary>Index of the called function in the stack; its results go there.</summary>
    public int Function;

    /// <summary>Index of its first register or argument.</summary>
    public int Base;

    /// <summary>Index after its last register.</summary>
    public int Top;

    /// <summary>The next instruction, while something else runs.</summary>
    public int Pc;

    /// <summary>Results the caller wants, -1 for all.</summary>
    public int Results;

    /// <summary>Calls that this one replaced.</summary>
    public int TailCalls;

    /// <summary>Entered by a host: returning from it returns from the interpreter.</summary>
    public bool IsFresh;
}
