namespace Pkv.Ycsb.Engine;

/// <summary>What the next reply of a connection answers.</summary>
internal enum Expectation
{
    /// <summary>HMSET.</summary>
    Written,

    /// <summary>ZADD.</summary>
    Entered,

    /// <summary>HGETALL of the operation's own record.</summary>
    NamedFields,

    /// <summary>HMGET of the operation's own record.</summary>
    Fields,

    /// <summary>ZRANGEBYSCORE.</summary>
    Names,

    /// <summary>HGETALL of a record that a scan found.</summary>
    ScannedNamedFields,

    /// <summary>HMGET of a record that a scan found.</summary>
    ScannedFields,
}
