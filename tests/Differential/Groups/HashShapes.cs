using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Hashes: small ones and ones of hundreds of fields.</summary>
public static class HashShapes
{
    /// <summary>The group.</summary>
    public static ShapeGroup Hashes { get; } = new("hashes", 3,
    [
        new("HSET hashkey (field element)+"),
        new("HSET hashkey (field element)+"),
        new("HSET hashkey (wide element)#"),
        new("HMSET hashkey (field element)+"),
        new("HSETNX hashkey field element"),
        new("HGET hashkey {field|wide}"),
        new("HMGET hashkey {field|wide}+"),
        new("HGETALL hashkey", ReplyRule.PairsInAnyOrder),
        new("HKEYS hashkey", ReplyRule.AnyOrder),
        new("HVALS hashkey", ReplyRule.AnyOrder),
        new("HLEN hashkey"),
        new("HSTRLEN hashkey field"),
        new("HEXISTS hashkey field"),
        new("HDEL hashkey field+"),
        new("HDEL hashkey wide#"),
        new("HINCRBY hashkey field integer"),
        new("HINCRBY hashkey field integer"),
        new("HINCRBYFLOAT hashkey field float"),
        new("HINCRBYFLOAT hashkey field float"),
        new("HSET hashkey field {integer|float}"),
        new("HRANDFIELD hashkey", new DrawnRule(["HGETALL", "key"], "WITHVALUES")),
        new("HRANDFIELD hashkey drawcount WITHVALUES?", new DrawnRule(["HGETALL", "key"], "WITHVALUES")),
        new("HSCAN hashkey 0 {MATCH pattern|COUNT scancount}*", new WalkRule(2, pairs: true)) { MaySpoil = false },
        new("HSCAN hashkey badcursor") { MaySpoil = false },
        new("DEL hashkey"),
    ]);
}
