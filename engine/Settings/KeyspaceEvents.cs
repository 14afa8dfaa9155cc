namespace Pkv.Engine.Settings;

/// <summary>Classes of keyspace events; each bit is one letter of <c>notify-keyspace-events</c> (Redis 7.0).</summary>
[Flags]
public enum KeyspaceEvents
{
    /// <summary>No events.</summary>
    None = 0,

    /// <summary><c>K</c>: publish to <c>__keyspace@db__:key</c>.</summary>
    Keyspace = 1 << 0,

    /// <summary><c>E</c>: publish to <c>__keyevent@db__:event</c>.</summary>
    Keyevent = 1 << 1,

    /// <summary><c>g</c>: commands of no type, such as DEL, EXPIRE, RENAME.</summary>
    Generic = 1 << 2,

    /// <summary><c>$</c>: string commands.</summary>
    String = 1 << 3,

    /// <summary><c>l</c>: list commands.</summary>
    List = 1 << 4,

    /// <summary><c>s</c>: set commands.</summary>
    Set = 1 << 5,

    /// <summary><c>h</c>: hash commands.</summary>
    Hash = 1 << 6,

    /// <summary><c>z</c>: sorted-set commands.</summary>
    SortedSet = 1 << 7,

    /// <summary><c>x</c>: a key expired.</summary>
    Expired = 1 << 8,

    /// <summary><c>e</c>: a key was evicted for <c>maxmemory</c>.</summary>
    Evicted = 1 << 9,

    /// <summary><c>t</c>: stream commands.</summary>
    Stream = 1 << 10,

    /// <summary><c>m</c>: a key was looked up and missed; not part of <c>A</c>.</summary>
    KeyMiss = 1 << 11,

    /// <summary><c>d</c>: module types.</summary>
    Module = 1 << 12,

    /// <summary><c>n</c>: a new key was made; not part of <c>A</c>.</summary>
    NewKey = 1 << 13,

    /// <summary><c>A</c>: the alias for <c>g$lshzxetd</c>.</summary>
    All = Generic | String | List | Set | Hash | SortedSet | Expired | Evicted | Stream | Module,
}
