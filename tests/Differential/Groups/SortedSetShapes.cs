using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Sorted sets: scores at the edges of doubles, and hundreds of members.</summary>
public static class SortedSetShapes
{
    private static readonly DrawnRule _drawn = new(["ZRANGE", "key", "0", "-1", "WITHSCORES"], "WITHSCORES");

    /// <summary>One sorted set at a time.</summary>
    public static ShapeGroup SortedSets { get; } = new ShapeGroup("sorted sets", 3,
    [
        new("ZADD zsetkey (score element)+"),
        new("ZADD zsetkey (score element)+"),
        new("ZADD zsetkey {NX|XX|GT|LT|CH|INCR|NONSENSE}* (score element)+"),
        new("ZADD zsetkey {NX|XX|GT|LT|CH} (score element)+"),
        new("ZADD zsetkey {NX|XX|GT|LT}? INCR score element"),
        new("ZADD zsetkey (wideinteger wide)#"),
        new("ZINCRBY zsetkey score element"),
        new("ZADD tinykey (tiny element)+"),
        new("ZINCRBY tinykey {tiny|score} element"),
        new("ZRANGE tinykey 0 -1 WITHSCORES"),
        new("ZREM zsetkey {element|wide}+"),
        new("ZREM zsetkey wide#"),
        new("ZSCORE zsetkey {element|wide}"),
        new("ZMSCORE zsetkey {element|wide}+"),
        new("ZCARD zsetkey"),
        new("ZCOUNT zsetkey scorebound scorebound"),
        new("ZRANK zsetkey {element|wide}"),
        new("ZREVRANK zsetkey {element|wide}"),
        new("ZRANGE zsetkey offset offset {REV|WITHSCORES|LIMIT offset small|BYSCORE|BYLEX}*"),
        new("ZRANGE zsetkey 0 -1 WITHSCORES"),
        new("ZRANGE zsetkey scorebound scorebound BYSCORE {REV|LIMIT offset count|WITHSCORES}*"),
        new("ZREVRANGE zsetkey offset offset WITHSCORES?"),
        new("ZRANGEBYSCORE zsetkey scorebound scorebound {WITHSCORES|LIMIT offset count}*"),
        new("ZREVRANGEBYSCORE zsetkey scorebound scorebound {WITHSCORES|LIMIT offset count}*"),
        new("ZREMRANGEBYRANK zsetkey offset offset"),
        new("ZREMRANGEBYSCORE zsetkey scorebound scorebound"),
        new("ZPOPMIN zsetkey count?"),
        new("ZPOPMAX zsetkey count?"),
        new("ZRANDMEMBER zsetkey", _drawn),
        new("ZRANDMEMBER zsetkey drawcount WITHSCORES?", _drawn),
        new("ZSCAN zsetkey 0 {MATCH pattern|COUNT scancount}*", new WalkRule(2, pairs: true, scores: true)) { MaySpoil = false },
        new("ZSCAN zsetkey badcursor") { MaySpoil = false },
        new("DEL zsetkey"),
    ]).JudgedBy(ReplyRule.Scores);

    /// <summary>Several sorted sets and sets at a time.</summary>
    public static ShapeGroup Combinations { get; } = new ShapeGroup("sorted set combinations", 2,
    [
        new("ZUNION {1 anyset|2 anyset anyset|2 anyset anyset|count anyset+} {WEIGHTS weight+|AGGREGATE {SUM|MIN|MAX|NONSENSE}|WITHSCORES}*"),
        new("ZINTER {1 anyset|2 anyset anyset|2 anyset anyset|count anyset+} {WEIGHTS weight+|AGGREGATE {SUM|MIN|MAX}|WITHSCORES}*"),
        new("ZUNION 2 anyset anyset WEIGHTS weight weight AGGREGATE {SUM|MIN|MAX} WITHSCORES"),
        new("ZINTER 2 anyset anyset WEIGHTS weight weight AGGREGATE {SUM|MIN|MAX} WITHSCORES"),
        new("ZDIFF {1 anyset|2 anyset anyset|3 anyset anyset anyset|count anyset+} WITHSCORES*"),
        new("ZUNIONSTORE zsetkey {1 anyset|2 anyset anyset|2 anyset anyset|count anyset+} {WEIGHTS weight+|AGGREGATE {SUM|MIN|MAX}|WITHSCORES}*"),
        new("ZINTERSTORE zsetkey {1 anyset|2 anyset anyset|2 anyset anyset|count anyset+} {WEIGHTS weight+|AGGREGATE {SUM|MIN|MAX}|WITHSCORES}*"),
        new("ZUNIONSTORE zsetkey 2 anyset anyset WEIGHTS weight weight AGGREGATE {SUM|MIN|MAX}"),
        new("ZDIFFSTORE zsetkey {1 anyset|2 anyset anyset|3 anyset anyset anyset|count anyset+} WITHSCORES?"),
        new("ZINTERCARD {1 anyset|2 anyset anyset|3 anyset anyset anyset|count anyset+} (LIMIT count)*"),
        new("ZMPOP {1 zsetkey|2 zsetkey zsetkey|3 zsetkey zsetkey zsetkey|count zsetkey+} {MIN|MAX|NONSENSE} (COUNT count)?"),
        new("ZRANGESTORE zsetkey zsetkey offset offset {REV|WITHSCORES|LIMIT offset small}*"),
        new("ZRANGESTORE zsetkey zsetkey scorebound scorebound BYSCORE {REV|LIMIT offset count}*"),
        new("ZADD zsetkey (score element)+"),
        new("ZADD zsetkey (wideinteger wide)#"),
        new("SADD setkey {element|wide}+"),
    ]).JudgedBy(ReplyRule.Scores);

    /// <summary>Sorted sets with one score, in the order of their members.</summary>
    public static ShapeGroup Lexical { get; } = new ShapeGroup("lexical ranges", 1,
    [
        new("ZADD lexkey (0 element)+") { MaySpoil = false },
        new("ZADD lexkey (0 wide)#") { MaySpoil = false },
        new("ZREM lexkey {element|wide}+"),
        new("ZLEXCOUNT {lexkey|lexkey|wordkey} lexbound lexbound"),
        new("ZRANGE {lexkey|lexkey|wordkey} lexbound lexbound BYLEX {REV|LIMIT offset count|WITHSCORES}*"),
        new("ZRANGE lexkey lexbound lexbound BYLEX {REV|LIMIT offset count}?"),
        new("ZRANGEBYLEX lexkey lexbound lexbound (LIMIT offset count)*"),
        new("ZREVRANGEBYLEX lexkey lexbound lexbound (LIMIT offset count)*"),
        new("ZRANGESTORE zsetkey lexkey lexbound lexbound BYLEX {REV|LIMIT offset count}*"),
        new("ZREMRANGEBYLEX lexkey lexbound lexbound"),
        new("ZPOPMIN lexkey count?"),
        new("DEL lexkey"),
        new("SET wordkey value"),
    ]);
}
