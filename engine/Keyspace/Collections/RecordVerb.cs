namespace Pkv.Engine.Keyspace.Collections;

/// <summary>What a record of the log does to a collection.</summary>
public enum RecordVerb : byte
{
    None,

    /// <summary>HSET, HMSET, HSETNX: key, then field and value, …</summary>
    PutFields,

    /// <summary>SADD: key, then members.</summary>
    PutMembers,

    /// <summary>ZADD without options: key, then score and member, …</summary>
    PutScored,

    /// <summary>LPUSH, LPUSHX: key, then values, each to the front.</summary>
    PushHead,

    /// <summary>RPUSH, RPUSHX: key, then values, each to the end.</summary>
    PushTail,

    /// <summary>PKV.LPUT: key, then ordinal and value, …: elements of a list at their places.</summary>
    PutPlaced,

    /// <summary>PKV.LRUN: key, then the first ordinal, then values, whose ordinals follow each other as in one push.</summary>
    PutRun,

    /// <summary>XADD as received, or with its ID in full: key, options, ID, then field and value, …</summary>
    AppendEntry,

    /// <summary>PKV.XPUT: key, then for each entry of a stream how many pairs it has, ID, field and value, …</summary>
    PutEntries,

    /// <summary>PKV.XSET: key, then name and value, …: facts about a stream.</summary>
    PutFacts,

    /// <summary>HDEL: key, then fields.</summary>
    RemoveFields,

    /// <summary>SREM: key, then members.</summary>
    RemoveMembers,

    /// <summary>ZREM: key, then members.</summary>
    RemoveScored,

    /// <summary>PKV.LCUT: key, then first and last ordinal, …: what a list has from the one to the other is gone.</summary>
    Cut,

    /// <summary>PKV.XCUT: key, then first and last ID, …: what a stream has from the one to the other is gone.</summary>
    CutEntries,
}
