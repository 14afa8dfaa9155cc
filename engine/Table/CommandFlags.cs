namespace Pkv.Engine.Table;

/// <summary>
/// What a command may do and where it may run. The bits stand in the order in which COMMAND INFO names them,
/// so the wire names follow from the bit positions. Source: the "Command flags" section of Redis's COMMAND page.
/// </summary>
[Flags]
public enum CommandFlags
{
    /// <summary>Ordinary command: runs anywhere, changes nothing, is not fast.</summary>
    None = 0,

    /// <summary>May change the keyspace, hence may be retained in the log.</summary>
    Write = 1 << 0,

    /// <summary>Reads the keyspace and never changes it.</summary>
    ReadOnly = 1 << 1,

    /// <summary>Refused with -OOM while the pool or maxmemory is exhausted.</summary>
    DenyOom = 1 << 2,

    /// <summary>Administers the server; implies the categories admin and dangerous.</summary>
    Admin = 1 << 3,

    /// <summary>Belongs to publish and subscribe.</summary>
    PubSub = 1 << 4,

    /// <summary>Refused inside scripts.</summary>
    NoScript = 1 << 5,

    /// <summary>May keep the client waiting.</summary>
    Blocking = 1 << 6,

    /// <summary>Allowed while the data set is still being recovered.</summary>
    Loading = 1 << 7,

    /// <summary>Allowed on a replica whose data are out of date.</summary>
    Stale = 1 << 8,

    /// <summary>Not shown to MONITOR clients.</summary>
    SkipMonitor = 1 << 9,

    /// <summary>Not entered in the slow log.</summary>
    SkipSlowlog = 1 << 10,

    /// <summary>Constant or logarithmic time; without it a command is in the category slow.</summary>
    Fast = 1 << 11,

    /// <summary>Allowed before the client has authenticated.</summary>
    NoAuth = 1 << 12,

    /// <summary>May send writes to replicas without being a write itself.</summary>
    MayReplicate = 1 << 13,

    /// <summary>Takes keys, but a call without any is legal.</summary>
    NoMandatoryKeys = 1 << 14,

    /// <summary>Refused while a replica loads a new data set beside the old one.</summary>
    NoAsyncLoading = 1 << 15,

    /// <summary>Refused between MULTI and EXEC.</summary>
    NoMulti = 1 << 16,

    /// <summary>
    /// First, last and step do not tell all keys. Derived from the key specs; never written in the data.
    /// </summary>
    MovableKeys = 1 << 17,

    /// <summary>Allowed while a script has run past its time limit.</summary>
    AllowBusy = 1 << 18,

    /// <summary>
    /// Reads or changes keys that it does not name, so it concerns every stripe. Not shown on the wire.
    /// </summary>
    TouchesArbitraryKeys = 1 << 19,
}

/// <summary>The names of <see cref="CommandFlags"/> in COMMAND INFO.</summary>
public static class CommandFlagNames
{
    // By bit position; the bits beyond the end are not shown.
    private static readonly string[] _names =
    [
        "write", "readonly", "denyoom", "admin", "pubsub", "noscript", "blocking", "loading", "stale",
        "skip_monitor", "skip_slowlog", "fast", "no_auth", "may_replicate", "no_mandatory_keys",
        "no_async_loading", "no_multi", "movablekeys", "allow_busy",
    ];

    /// <summary>The wire name of one flag; an empty string for a flag that is not shown.</summary>
    public static string ToWireName(this CommandFlags flag) => WireNames.One(_names, (uint)flag);

    /// <summary>The wire names of all flags set, in the order of Redis.</summary>
    public static IReadOnlyList<string> ToWireNames(this CommandFlags flags) => WireNames.All(_names, (uint)flags);
}
