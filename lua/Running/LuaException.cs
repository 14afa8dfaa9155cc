namespace Pkv.Lua;

/// <summary>An error of a script: carries any value and can be caught by it (pcall). Leaves the library only from <see cref="LuaState.Compile"/>.</summary>
public sealed class LuaException : Exception
{
    internal LuaException(LuaValue value)
        : base("error in a script") => Value = value;

    /// <summary>What was thrown: for errors of the language itself, the message as a string.</summary>
    public LuaValue Value { get; internal set; }

    /// <summary>Not passed to a handler of xpcall: there is no room to run it.</summary>
    internal bool IsOutOfMemory { get; init; }

    /// <summary>Raised while an error was being handled, too deep to go on.</summary>
    internal bool IsInHandling { get; init; }

    public override string Message => Value.Object?.ToString() ?? "error in a script";
}
