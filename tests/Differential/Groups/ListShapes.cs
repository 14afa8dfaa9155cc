using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Lists, and the blocking commands where they need not wait or wait a moment, and where others bring what they wait for.</summary>
public static class ListShapes
{
    /// <summary>Lists.</summary>
    public static ShapeGroup Lists { get; } = new("lists", 3,
    [
        new("LPUSH listkey element+"),
        new("RPUSH listkey element+"),
        new("RPUSH listkey {wide|element}#"),
        new("LPUSH listkey wideinteger#"),
        new("LPUSHX listkey element+"),
        new("RPUSHX listkey element+"),
        new("LPOP listkey"),
        new("RPOP listkey"),
        new("LPOP listkey count"),
        new("RPOP listkey count"),
        new("LLEN listkey"),
        new("LRANGE listkey offset offset"),
        new("LRANGE listkey 0 -1"),
        new("LINDEX listkey offset"),
        new("LSET listkey offset element"),
        new("LINSERT listkey {BEFORE|AFTER|NONSENSE} element element"),
        new("LINSERT listkey {BEFORE|AFTER} wide element"),
        new("LREM listkey count element"),
        new("LREM listkey count wide"),
        new("LTRIM listkey offset offset"),
        new("LPOS listkey element {RANK count|COUNT count|MAXLEN count}*"),
        new("LPOS listkey element"),
        new("RPOPLPUSH listkey listkey"),
        new("LMOVE listkey listkey {LEFT|RIGHT|NONSENSE} {LEFT|RIGHT}"),
        new("LMOVE listkey listkey {LEFT|RIGHT} {LEFT|RIGHT}"),
        new("LMPOP {1 listkey|2 listkey listkey|3 listkey listkey listkey|count listkey+} {LEFT|RIGHT|NONSENSE} (COUNT count)?"),
        new("DEL listkey"),
    ]);

    /// <summary>Commands that may wait: a millisecond when there is nothing, not at all in transactions.</summary>
    public static ShapeGroup Blocking { get; } = new ShapeGroup("blocking", 1,
    [
        new("BLPOP listkey+ timeout") { MaySpoil = false },
        new("BRPOP listkey+ timeout") { MaySpoil = false },
        new("BLMOVE listkey listkey {LEFT|RIGHT|NONSENSE} {LEFT|RIGHT} timeout") { MaySpoil = false },
        new("BRPOPLPUSH listkey listkey timeout") { MaySpoil = false },
        new("BLMPOP timeout {1 listkey|2 listkey listkey|3 listkey listkey listkey|count listkey+} {LEFT|RIGHT|NONSENSE} (COUNT count)?") { MaySpoil = false },
        new("BZPOPMIN zsetkey+ timeout") { MaySpoil = false },
        new("BZPOPMAX zsetkey+ timeout") { MaySpoil = false },
        new("BZMPOP timeout {1 zsetkey|2 zsetkey zsetkey|count zsetkey+} {MIN|MAX|NONSENSE} (COUNT count)?") { MaySpoil = false },
        new("LPUSH listkey element+"),
        new("RPUSH listkey element+"),
        new("ZADD zsetkey (score element)+"),
        new("MULTI"),
        new("EXEC"),
    ]).JudgedBy(ReplyRule.Scores);

    /// <summary>Commands that wait without end.</summary>
    public static ShapeGroup Waiting { get; } = new ShapeGroup("waiting", 1,
    [
        new("BLPOP listkey+ 0") { MaySpoil = false },
        new("BRPOP listkey+ 0") { MaySpoil = false },
        new("BLMOVE listkey listkey {LEFT|RIGHT} {LEFT|RIGHT} 0") { MaySpoil = false },
        new("BRPOPLPUSH listkey listkey 0") { MaySpoil = false },
        new("BLMPOP 0 {1 listkey|2 listkey listkey|3 listkey listkey listkey} {LEFT|RIGHT} (COUNT small)?") { MaySpoil = false },
        new("BZPOPMIN zsetkey+ 0") { MaySpoil = false },
        new("BZPOPMAX zsetkey+ 0") { MaySpoil = false },
        new("BZMPOP 0 {1 zsetkey|2 zsetkey zsetkey} {MIN|MAX} (COUNT small)?") { MaySpoil = false },
    ]).JudgedBy(ReplyRule.Scores);

    /// <summary>Commands that make what others wait for, or make it something else.</summary>
    public static ShapeGroup Serving { get; } = new("serving", 1,
    [
        new("LPUSH listkey element+"),
        new("RPUSH listkey element+"),
        new("RPUSH listkey element+"),
        new("ZADD zsetkey (score element)+"),
        new("ZADD zsetkey (score element)+"),
        new("LMOVE listkey listkey {LEFT|RIGHT} {LEFT|RIGHT}"),
        new("RPOPLPUSH listkey listkey"),
        new("RENAME key key"),
        new("COPY key key REPLACE"),
        new("SORT sortkey ALPHA STORE listkey"),
        new("ZUNIONSTORE zsetkey 2 anyset anyset"),
        new("ZRANGESTORE zsetkey zsetkey 0 -1"),
        new("SADD setkey element+"),
        new("SET key value"),
        new("LPOP listkey"),
        new("DEL key+"),
        new("SWAPDB 0 1"),
        new("MOVE key 1"),
        new("FLUSHALL"),
        new("LLEN listkey"),
    ]);
}
