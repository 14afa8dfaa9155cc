namespace Pkv.Engine.Execution.Bounds;

/// <summary>What limits the bytes that a command logs. Beside that, each of its keys may be found expired and its deletion be logged.</summary>
public enum LogBound : byte
{
    /// <summary>It logs nothing of its own.</summary>
    None,

    /// <summary>A few bytes, for which there is always room: FLUSHALL, FLUSHDB, SWAPDB.</summary>
    Global,

    /// <summary>One record, about as long as the command.</summary>
    Command,

    /// <summary>Records of its arguments, each of which is named once.</summary>
    Arguments,

    /// <summary>Either of these.</summary>
    CommandOrArguments,

    /// <summary>Records of its arguments, each of which is named twice: SMOVE.</summary>
    ArgumentsTwice,

    /// <summary>The first key's value under another key: RENAME, COPY, MOVE.</summary>
    Copy,

    /// <summary>All sources' elements under one key: SUNIONSTORE, SORT … STORE.</summary>
    Union,

    /// <summary>A string as long as the longest source: BITOP.</summary>
    Longest,

    /// <summary>Names of the elements that it takes from its keys, which it chooses itself: SPOP, ZREMRANGEBYSCORE.</summary>
    Take,

    /// <summary>Places of elements, however many there are: LREM.</summary>
    Cut,

    /// <summary>One element from the first key to the second: LMOVE.</summary>
    Shift,

    /// <summary>An argument, and elements that make place for it: LINSERT.</summary>
    Insert,

    /// <summary>The key's string as it becomes: APPEND, SETRANGE, SETBIT, BITFIELD.</summary>
    Rewrite,

    /// <summary>A HyperLogLog, whole or in part: PFADD, PFMERGE, PFDEBUG, and PFCOUNT, which caches what it has counted.</summary>
    HyperLogLog,

    /// <summary>What a payload holds: RESTORE.</summary>
    Restore,
}
