using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Sets: of integers, of words, and of hundreds of members.</summary>
public static class SetShapes
{
    /// <summary>The group.</summary>
    public static ShapeGroup Sets { get; } = new("sets", 3,
    [
        new("SADD setkey element+"),
        new("SADD setkey element+"),
        new("SADD setkey wide#"),
        new("SADD setkey wideinteger#"),
        new("SADD setkey wideinteger+"),
        new("SREM setkey {element|wide|wideinteger}+"),
        new("SREM setkey {wide|wideinteger}#"),
        new("SMEMBERS setkey", ReplyRule.AnyOrder),
        new("SISMEMBER setkey element"),
        new("SMISMEMBER setkey {element|wide|wideinteger}+"),
        new("SCARD setkey"),
        new("SPOP setkey", new PoppedRule()),
        new("SPOP setkey drawcount", new PoppedRule()),
        new("SPOP setkey allcount", ReplyRule.AnyOrder) { MaySpoil = false },
        new("SRANDMEMBER setkey", new DrawnRule(["SMEMBERS", "key"])),
        new("SRANDMEMBER setkey drawcount", new DrawnRule(["SMEMBERS", "key"])),
        new("SMOVE setkey setkey element"),
        new("SINTER setkey+", ReplyRule.AnyOrder),
        new("SUNION setkey+", ReplyRule.AnyOrder),
        new("SDIFF setkey+", ReplyRule.AnyOrder),
        new("SINTERSTORE setkey setkey+"),
        new("SUNIONSTORE setkey setkey+"),
        new("SDIFFSTORE setkey setkey+"),
        new("SINTERCARD {1 setkey|2 setkey setkey|3 setkey setkey setkey|count setkey+} (LIMIT count)*"),
        new("SSCAN setkey 0 {MATCH pattern|COUNT scancount}*", new WalkRule(2, pairs: false)) { MaySpoil = false },
        new("SSCAN setkey badcursor") { MaySpoil = false },
        new("DEL setkey"),
    ]);
}
