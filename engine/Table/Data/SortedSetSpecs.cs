using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The sorted set commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class SortedSetSpecs
{
    private const CommandGroup Group = CommandGroup.SortedSet;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("bzmpop", -5, Group, Write | CommandFlags.Blocking)
        {
            Since = "7.0.0", Complexity = "O(K + M log(N)), K the keys, M the elements popped, N the size of the set",
            Summary = "Pops the lowest or highest elements of the first sorted set that is not empty; waits for one.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(2, 0, 1, 1, Rw | Access | Delete)],
            Arguments =
            [
                Double("timeout"),
                Integer("numkeys"),
                Key().Multiple(),
                OneOf("where", Word("MIN"), Word("MAX")),
                Integer("count", "COUNT").Optional(),
            ],
        },

        new("bzpopmax", -3, Group, Write | NoScript | CommandFlags.Blocking | Fast)
        {
            Since = "5.0.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Pops the highest element of the first sorted set that is not empty; waits for one.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Range(1, -2, 1, Rw | Access | Delete)],
            Arguments = [Key().Multiple(), Double("timeout")],
            History = [new("6.0.0", "The timeout is a double instead of an integer.")],
        },

        new("bzpopmin", -3, Group, Write | NoScript | CommandFlags.Blocking | Fast)
        {
            Since = "5.0.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Pops the lowest element of the first sorted set that is not empty; waits for one.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Range(1, -2, 1, Rw | Access | Delete)],
            Arguments = [Key().Multiple(), Double("timeout")],
            History = [new("6.0.0", "The timeout is a double instead of an integer.")],
        },

        new("zadd", -4, Group, Write | DenyOom | Fast)
        {
            Since = "1.2.0", Complexity = "O(M log(N)), M the elements given, N the size of the sorted set",
            Summary = "Adds members to a sorted set, or changes their scores.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(),
                OneOf("condition", Word("NX"), Word("XX")).Optional().From("3.0.2"),
                OneOf("comparison", Word("GT"), Word("LT")).Optional().From("6.2.0"),
                (Word("CH") with { Name = "change" }).Optional().From("3.0.2"),
                (Word("INCR") with { Name = "increment" }).Optional().From("3.0.2"),
                Block("score_member", Double("score"), Text("member")).Multiple(),
            ],
            History = [new("2.4.0", "Several elements."), new("3.0.2", "NX, XX, CH and INCR."), new("6.2.0", "GT and LT.")],
        },

        new("zcard", 2, Group, ReadOnly | Fast)
        {
            Since = "1.2.0", Complexity = "O(1)",
            Summary = "Returns how many members a sorted set has.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("zcount", 4, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Counts the members of a sorted set with scores in a range.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Double("min"), Double("max")],
        },

        new("zdiff", -3, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = "O(L log(N)), L the elements of all sets, N the size of the result",
            Summary = "Returns the difference between the first sorted set and the others.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Ro | Access)],
            Arguments = [Integer("numkeys"), Key().Multiple(), Word("WITHSCORES").Optional()],
        },

        new("zdiffstore", -4, Group, Write | DenyOom)
        {
            Since = "6.2.0", Complexity = "O(L log(N)), L the elements of all sets, N the size of the result",
            Summary = "Stores the difference between the first sorted set and the others.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.Counted(2, 0, 1, 1, Ro | Access)],
            Arguments = [Key("destination"), Integer("numkeys"), Key("key", 1).Multiple()],
        },

        new("zincrby", 4, Group, Write | DenyOom | Fast)
        {
            Since = "1.2.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Increments the score of a member of a sorted set; adds the member if missing.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Integer("increment"), Text("member")],
        },

        new("zinter", -3, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = "O(N*K + M log(M)), N the smallest of K sets, M the size of the result",
            Summary = "Returns the intersection of sorted sets.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Ro | Access)],
            Arguments =
            [
                Integer("numkeys"),
                Key().Multiple(),
                Integer("weight", "WEIGHTS").Optional().Multiple(),
                OneOf("aggregate", Word("SUM"), Word("MIN"), Word("MAX")).After("AGGREGATE").Optional(),
                Word("WITHSCORES").Optional(),
            ],
        },

        new("zintercard", -3, Group, ReadOnly)
        {
            Since = "7.0.0", Complexity = "O(N*K), N the smallest of K sets",
            Summary = "Counts the members of the intersection of sorted sets.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Ro | Access)],
            Arguments = [Integer("numkeys"), Key().Multiple(), Integer("limit", "LIMIT").Optional()],
        },

        new("zinterstore", -4, Group, Write | DenyOom)
        {
            Since = "2.0.0", Complexity = "O(N*K + M log(M)), N the smallest of K sets, M the size of the result",
            Summary = "Stores the intersection of sorted sets.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.Counted(2, 0, 1, 1, Ro | Access)],
            Arguments =
            [
                Key("destination"),
                Integer("numkeys"),
                Key("key", 1).Multiple(),
                Integer("weight", "WEIGHTS").Optional().Multiple(),
                OneOf("aggregate", Word("SUM"), Word("MIN"), Word("MAX")).After("AGGREGATE").Optional(),
            ],
        },

        new("zlexcount", 4, Group, ReadOnly | Fast)
        {
            Since = "2.8.9", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Counts the members of a sorted set that lie in a lexicographical range.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("min"), Text("max")],
        },

        new("zmpop", -4, Group, Write)
        {
            Since = "7.0.0", Complexity = "O(K + M log(N)), K the keys, M the elements popped, N the size of the set",
            Summary = "Pops the lowest or highest elements of the first of several sorted sets that is not empty.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Rw | Access | Delete)],
            Arguments =
            [
                Integer("numkeys"),
                Key().Multiple(),
                OneOf("where", Word("MIN"), Word("MAX")),
                Integer("count", "COUNT").Optional(),
            ],
        },

        new("zmscore", -3, Group, ReadOnly | Fast)
        {
            Since = "6.2.0", Complexity = "O(M log(N)), M the members given",
            Summary = "Returns the scores of several members of a sorted set.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member").Multiple()],
        },

        new("zpopmax", -2, Group, Write | Fast)
        {
            Since = "5.0.0", Complexity = "O(M log(N)), M the elements popped",
            Summary = "Pops the members of a sorted set that have the highest scores.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = [Key(), Integer("count").Optional()],
        },

        new("zpopmin", -2, Group, Write | Fast)
        {
            Since = "5.0.0", Complexity = "O(M log(N)), M the elements popped",
            Summary = "Pops the members of a sorted set that have the lowest scores.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = [Key(), Integer("count").Optional()],
        },

        new("zrandmember", -2, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = "O(M log(N)), M the members returned",
            Summary = "Returns random members of a sorted set.",
            StatedCategories = AclCategories.SortedSet,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Block("options", Integer("count"), Word("WITHSCORES").Optional()).Optional()],
        },

        new("zrange", -4, Group, ReadOnly)
        {
            Since = "1.2.0", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a range of ranks, scores or bytes.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Text("start"),
                Text("stop"),
                OneOf("sortby", Word("BYSCORE"), Word("BYLEX")).Optional().From("6.2.0"),
                Word("REV").Optional().From("6.2.0"),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional().From("6.2.0"),
                Word("WITHSCORES").Optional(),
            ],
            History = [new("6.2.0", "REV, BYSCORE, BYLEX and LIMIT.")],
        },

        new("zrangebylex", -4, Group, ReadOnly)
        {
            Since = "2.8.9", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a lexicographical range.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with `BYLEX`",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Text("min"),
                Text("max"),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional(),
            ],
        },

        new("zrangebyscore", -4, Group, ReadOnly)
        {
            Since = "1.0.5", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a range of scores.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with `BYSCORE`",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Double("min"),
                Double("max"),
                Word("WITHSCORES").Optional().From("2.0.0"),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional(),
            ],
            History = [new("2.0.0", "WITHSCORES.")],
        },

        new("zrangestore", -5, Group, Write | DenyOom)
        {
            Since = "6.2.0", Complexity = "O(log(N) + M log(M)), N the size of the sorted set, M the elements stored",
            Summary = "Stores the members of a sorted set in a range of ranks, scores or bytes as another sorted set.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.At(2, Ro | Access)],
            Arguments =
            [
                Key("dst"),
                Key("src", 1),
                Text("min"),
                Text("max"),
                OneOf("sortby", Word("BYSCORE"), Word("BYLEX")).Optional(),
                Word("REV").Optional(),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional(),
            ],
        },

        new("zrank", 3, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Returns the rank of a member of a sorted set, counted from the lowest score.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member")],
        },

        new("zrem", -3, Group, Write | Fast)
        {
            Since = "1.2.0", Complexity = "O(M log(N)), M the members given",
            Summary = "Removes members from a sorted set.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Text("member").Multiple()],
            History = [new("2.4.0", "Several members.")],
        },

        new("zremrangebylex", 4, Group, Write)
        {
            Since = "2.8.9", Complexity = "O(log(N) + M log(N)), N the size of the sorted set, M the elements removed",
            Summary = "Removes the members of a sorted set in a lexicographical range.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Text("min"), Text("max")],
        },

        new("zremrangebyrank", 4, Group, Write)
        {
            Since = "2.0.0", Complexity = "O(log(N) + M log(N)), N the size of the sorted set, M the elements removed",
            Summary = "Removes the members of a sorted set in a range of ranks.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Integer("start"), Integer("stop")],
        },

        new("zremrangebyscore", 4, Group, Write)
        {
            Since = "1.2.0", Complexity = "O(log(N) + M log(N)), N the size of the sorted set, M the elements removed",
            Summary = "Removes the members of a sorted set in a range of scores.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Double("min"), Double("max")],
        },

        new("zrevrange", -4, Group, ReadOnly)
        {
            Since = "1.2.0", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a range of ranks, from the highest score down.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with `REV`",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("start"), Integer("stop"), Word("WITHSCORES").Optional()],
        },

        new("zrevrangebylex", -4, Group, ReadOnly)
        {
            Since = "2.8.9", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a lexicographical range, in reverse order.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with `REV` and `BYLEX`",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Text("max"),
                Text("min"),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional(),
            ],
        },

        new("zrevrangebyscore", -4, Group, ReadOnly)
        {
            Since = "2.2.0", Complexity = "O(log(N) + M), N the size of the sorted set, M the elements returned",
            Summary = "Returns the members of a sorted set in a range of scores, from the highest down.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with `REV` and `BYSCORE`",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Double("max"),
                Double("min"),
                Word("WITHSCORES").Optional(),
                Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional(),
            ],
            History = [new("2.1.6", "Bounds may be exclusive.")],
        },

        new("zrevrank", 3, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Returns the rank of a member of a sorted set, counted from the highest score.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member")],
        },

        new("zscan", -3, Group, ReadOnly)
        {
            Since = "2.8.0", Complexity = "O(1) a call, O(N) for all of the set",
            Summary = "Iterates over the members of a sorted set with a cursor.",
            StatedCategories = AclCategories.SortedSet,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Integer("cursor"),
                Pattern("pattern", "MATCH").Optional(),
                Integer("count", "COUNT").Optional(),
            ],
        },

        new("zscore", 3, Group, ReadOnly | Fast)
        {
            Since = "1.2.0", Complexity = "O(log(N)), N the size of the sorted set",
            Summary = "Returns the score of a member of a sorted set.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member")],
        },

        new("zunion", -3, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = "O(N + M log(M)), N the elements of all sets, M the size of the result",
            Summary = "Returns the union of sorted sets.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Ro | Access)],
            Arguments =
            [
                Integer("numkeys"),
                Key().Multiple(),
                Integer("weight", "WEIGHTS").Optional().Multiple(),
                OneOf("aggregate", Word("SUM"), Word("MIN"), Word("MAX")).After("AGGREGATE").Optional(),
                Word("WITHSCORES").Optional(),
            ],
        },

        new("zunionstore", -4, Group, Write | DenyOom)
        {
            Since = "2.0.0", Complexity = "O(N + M log(M)), N the elements of all sets, M the size of the result",
            Summary = "Stores the union of sorted sets.",
            StatedCategories = AclCategories.SortedSet,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.Counted(2, 0, 1, 1, Ro | Access)],
            Arguments =
            [
                Key("destination"),
                Integer("numkeys"),
                Key("key", 1).Multiple(),
                Integer("weight", "WEIGHTS").Optional().Multiple(),
                OneOf("aggregate", Word("SUM"), Word("MIN"), Word("MAX")).After("AGGREGATE").Optional(),
            ],
        },
    ];
}
