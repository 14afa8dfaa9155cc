namespace Pkv.Lua;

/// <summary>What one script may use.</summary>
public sealed record LuaLimits
{
    /// <summary>Calls from the host into Lua inside each other, levels of syntax, nested coroutines: LUAI_MAXCCALLS of Lua 5.1. Bounds the machine stack.</summary>
    internal const int MaxHostCalls = 200;

    /// <summary>Lua calls inside each other: LUAI_MAXCALLS.</summary>
    internal const int MaxCalls = 20000;

    /// <summary>Values that one host function may have on the stack: LUAI_MAXCSTACK.</summary>
    internal const int MaxHostStack = 8000;

    /// <summary>Bytes of all strings, tables, functions and stacks that a script can still reach. Beyond it "not enough memory", which pcall catches; default 64 MiB.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>Bytes beyond which a script is stopped instead, whatever it catches; default twice <see cref="MemoryBytes"/>' default.</summary>
    public long HardMemoryBytes { get; init; } = 128L << 20;

    /// <summary>Units of work between two calls of <see cref="LuaState.Interrupt"/>: jumps back, calls, steps of matching, bytes copied by 64; default 10,000, some 50 microseconds.</summary>
    public long FuelPerInterrupt { get; init; } = 10_000;
}
