namespace Pkv.Engine.Execution.Scripting;

/// <summary>Something that a client can run: a script, or a function of a library. Shared by all threads.</summary>
/// <param name="name">In error messages: a script's digest, a function's name.</param>
/// <param name="flags">What it declares.</param>
public abstract class Callable(string name, ScriptFlags flags)
{
    private volatile bool _locksEverything;

    public string Name { get; } = name;
    public ScriptFlags Flags { get; } = flags;

    /// <summary>Whether it belongs to a library: FUNCTION KILL stops it, not SCRIPT KILL.</summary>
    public abstract bool IsFunction { get; }

    /// <summary>It has given a command over whole databases before: it begins with everything locked from then on.</summary>
    public bool LocksEverything
    {
        get => _locksEverything;
        set => _locksEverything = value;
    }
}
