namespace Pkv.Tests.Differential;

/// <summary>The commands that are compared, by group: one line each. Each line is drawn as often as every other.</summary>
public static class Shapes
{
    /// <summary>Strings, with all their options.</summary>
    public static Shape[] Strings { get; } =
    [
        new("GET key"),
        new("SET key value"),
        new("SET key value {NX|XX|GET|KEEPTTL|EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|NONSENSE}*"),
        new("SET key value {NX|XX} GET"),
        new("SET bigkey bigvalue GET?"),
        new("SETNX key value"),
        new("SETEX key seconds value"),
        new("PSETEX key milliseconds value"),
        new("GETSET key value"),
        new("GETDEL key"),
        new("GETEX key {EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|PERSIST|KEEPTTL}*"),
        new("MSET (key value)+"),
        new("MSETNX (key value)+"),
        new("MGET key+"),
        new("APPEND key value"),
        new("APPEND bigkey bigvalue"),
        new("STRLEN {key|bigkey}"),
        new("GETRANGE key offset offset"),
        new("GETRANGE bigkey bigoffset bigoffset"),
        new("SUBSTR key offset offset"),
        new("SETRANGE key setoffset value"),
        new("SETRANGE bigkey bigoffset value"),
        new("INCR key"),
        new("DECR key"),
        new("INCRBY key integer"),
        new("DECRBY key integer"),
        new("SET key {integer|float}"),
        new("INCRBYFLOAT key float"),
        new("INCRBYFLOAT key float"),
        new("LCS key key {LEN|IDX|WITHMATCHLEN|MINMATCHLEN small}*"),
        new("LCS key key IDX WITHMATCHLEN"),
    ];

    /// <summary>Keys of any type.</summary>
    public static Shape[] Keys { get; } =
    [
        new("DEL {key|bigkey}+"),
        new("UNLINK key+"),
        new("EXISTS key+"),
    ];

    /// <summary>Transactions and databases.</summary>
    public static Shape[] Sessions { get; } =
    [
        new("MULTI"),
        new("EXEC"),
        new("EXEC"),
        new("DISCARD"),
        new("WATCH key+"),
        new("UNWATCH"),
        new("SELECT database"),
        new("SELECT 0"),
        new("PING value?"),
    ];
}
