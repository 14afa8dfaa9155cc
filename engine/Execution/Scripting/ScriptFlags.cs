using Pkv.Engine.Table;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>What a script declares about itself in its first line, or a function when it is registered. Source: "Script flags" of Redis 7.0.</summary>
[Flags]
public enum ScriptFlags
{
    None = 0,

    /// <summary>It only reads.</summary>
    NoWrites = 1 << 0,

    /// <summary>It may run, and write, while the server is out of memory.</summary>
    AllowOom = 1 << 1,

    /// <summary>It may run on a replica whose data are out of date.</summary>
    AllowStale = 1 << 2,

    /// <summary>It refuses to run in a cluster.</summary>
    NoCluster = 1 << 3,

    /// <summary>Its keys may belong to several slots of a cluster.</summary>
    AllowCrossSlotKeys = 1 << 4,

    /// <summary>It declares nothing: each of its commands is judged when it comes.</summary>
    Undeclared = 1 << 5,
}

/// <summary>The names of <see cref="ScriptFlags"/>.</summary>
public static class ScriptFlagNames
{
    private static readonly string[] _names = ["no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"];

    /// <summary>The flag of that name, or none.</summary>
    public static ScriptFlags Parse(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, _names[i]))
                return (ScriptFlags)(1 << i);
        }
        return ScriptFlags.None;
    }

    /// <summary>The names of all flags set.</summary>
    public static IReadOnlyList<string> NamesOf(ScriptFlags flags) => WireNames.All(_names, (uint)flags);
}
