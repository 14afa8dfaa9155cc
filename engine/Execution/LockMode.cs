namespace Pkv.Engine.Execution;

/// <summary>Which stripes dispatch locks around a handler.</summary>
public enum LockMode
{
    /// <summary>None: the command touches no key.</summary>
    None,

    /// <summary>Those of the keys that the command table tells.</summary>
    Keys,

    /// <summary>The handler enters stripes itself (through <see cref="StripeLocks"/>). In EXEC everything is locked before.</summary>
    Self,

    /// <summary>All of every database.</summary>
    Everything,
}
