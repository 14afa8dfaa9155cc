namespace Pkv.Lua;

/// <summary>How a run ended.</summary>
public enum LuaOutcome
{
    /// <summary>Its results are <see cref="LuaState.Results"/>.</summary>
    Completed,

    /// <summary>By an error, <see cref="LuaState.ErrorValue"/>.</summary>
    Failed,

    /// <summary>From outside: the interrupt's decision, or the hard memory limit; <see cref="LuaState.ErrorValue"/> says which.</summary>
    Stopped,
}
