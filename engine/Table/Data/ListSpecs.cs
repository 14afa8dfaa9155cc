using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The list commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ListSpecs
{
    private const CommandGroup Group = CommandGroup.List;

    private static readonly CommandArgument[] _push = [Key(), Text("element").Multiple()];
    private static readonly CommandArgument[] _pop = [Key(), Integer("count").Optional().From("6.2.0")];
    private static readonly CommandArgument[] _move = [Key("source"), Key("destination", 1), End("wherefrom"), End("whereto")];
    private static readonly CommandArgument[] _moveTail = [Key("source"), Key("destination", 1)];
    private static readonly CommandArgument[] _popMany = [Integer("numkeys"), Key().Multiple(), End("where"), Integer("count", "COUNT").Optional()];
    private static readonly KeySpec[] _fromTo = [KeySpec.At(1, Rw | Access | Delete), KeySpec.At(2, Rw | Insert)];
    private static readonly CommandChange[] _doubleTimeout = [new("6.0.0", "The timeout may have a fraction.")];

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("blmove", 6, Group, Write | DenyOom | NoScript | CommandFlags.Blocking)
        {
            Since = "6.2.0", Complexity = "O(1)",
            Summary = "Moves an element from one list to another, waiting for one if necessary.",
            StatedCategories = AclCategories.List,
            KeySpecs = _fromTo,
            Arguments = [.. _move, Double("timeout")],
        },

        new("blmpop", -5, Group, Write | CommandFlags.Blocking)
        {
            Since = "7.0.0", Complexity = "O(N+M), N the keys given and M the elements returned",
            Summary = "Pops elements of the first list that has any, waiting for one if necessary.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.Counted(2, 0, 1, 1, Rw | Access | Delete)],
            Arguments = [Double("timeout"), .. _popMany],
        },

        new("blpop", -3, Group, Write | NoScript | CommandFlags.Blocking)
        {
            Since = "2.0.0", Complexity = "O(N), N the keys given",
            Summary = "Pops the first element of the first list that has any, waiting for one if necessary.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.Range(1, -2, 1, Rw | Access | Delete)],
            Arguments = [Key().Multiple(), Double("timeout")],
            History = _doubleTimeout,
        },

        new("brpop", -3, Group, Write | NoScript | CommandFlags.Blocking)
        {
            Since = "2.0.0", Complexity = "O(N), N the keys given",
            Summary = "Pops the last element of the first list that has any, waiting for one if necessary.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.Range(1, -2, 1, Rw | Access | Delete)],
            Arguments = [Key().Multiple(), Double("timeout")],
            History = _doubleTimeout,
        },

        new("brpoplpush", 4, Group, Write | DenyOom | NoScript | CommandFlags.Blocking)
        {
            Since = "2.2.0", Complexity = "O(1)",
            Summary = "Moves the last element of a list to the head of another, waiting for one if necessary.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`BLMOVE` with `RIGHT` and `LEFT`",
            StatedCategories = AclCategories.List,
            KeySpecs = _fromTo,
            Arguments = [.. _moveTail, Double("timeout")],
            History = _doubleTimeout,
        },

        new("lindex", 3, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(log N), N the length of the list",
            Summary = "Returns the element at an index.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("index")],
        },

        new("linsert", 5, Group, Write | DenyOom)
        {
            Since = "2.2.0", Complexity = "O(N), N the elements before the pivot",
            Summary = "Inserts an element before or after another one.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = [Key(), OneOf("where", Word("BEFORE"), Word("AFTER")), Text("pivot"), Text("element")],
        },

        new("llen", 2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the length of a list.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("lmove", 5, Group, Write | DenyOom)
        {
            Since = "6.2.0", Complexity = "O(log N), N the length of the longer list",
            Summary = "Moves an element from an end of one list to an end of another.",
            StatedCategories = AclCategories.List,
            KeySpecs = _fromTo,
            Arguments = _move,
        },

        new("lmpop", -4, Group, Write)
        {
            Since = "7.0.0", Complexity = "O(N+M), N the keys given and M the elements returned",
            Summary = "Pops elements of the first list that has any.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Rw | Access | Delete)],
            Arguments = _popMany,
        },

        new("lpop", -2, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the elements returned",
            Summary = "Pops elements from the head of a list.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = _pop,
            History = [new("6.2.0", "The count.")],
        },

        new("lpos", -3, Group, ReadOnly)
        {
            Since = "6.0.6", Complexity = "O(N), N the length of the list",
            Summary = "Returns the indexes at which an element is found.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Text("element"),
                Integer("rank", "RANK").Optional(),
                Integer("num-matches", "COUNT").Optional(),
                Integer("len", "MAXLEN").Optional(),
            ],
        },

        new("lpush", -3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the elements given",
            Summary = "Pushes elements to the head of a list; creates it if missing.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = _push,
            History = [new("2.4.0", "More than one element.")],
        },

        new("lpushx", -3, Group, Write | DenyOom | Fast)
        {
            Since = "2.2.0", Complexity = "O(N), N the elements given",
            Summary = "Pushes elements to the head of a list that exists.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = _push,
            History = [new("4.0.0", "More than one element.")],
        },

        new("lrange", 4, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(log N + M), N the length of the list and M the elements returned",
            Summary = "Returns the elements from one index to another.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("start"), Integer("stop")],
        },

        new("lrem", 4, Group, Write)
        {
            Since = "1.0.0", Complexity = "O(N), N the length of the list",
            Summary = "Removes elements equal to a value, starting from the head or the tail.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Integer("count"), Text("element")],
        },

        new("lset", 4, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(log N), N the length of the list",
            Summary = "Replaces the element at an index.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments = [Key(), Integer("index"), Text("element")],
        },

        new("ltrim", 4, Group, Write)
        {
            Since = "1.0.0", Complexity = "O(M log N), N the length of the list and M the elements removed",
            Summary = "Trims a list to a range of indexes.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Integer("start"), Integer("stop")],
        },

        new("rpop", -2, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the elements returned",
            Summary = "Pops elements from the tail of a list.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = _pop,
            History = [new("6.2.0", "The count.")],
        },

        new("rpoplpush", 3, Group, Write | DenyOom)
        {
            Since = "1.2.0", Complexity = "O(log N), N the length of the longer list",
            Summary = "Moves the last element of a list to the head of another.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`LMOVE` with `RIGHT` and `LEFT`",
            StatedCategories = AclCategories.List,
            KeySpecs = _fromTo,
            Arguments = _moveTail,
        },

        new("rpush", -3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the elements given",
            Summary = "Pushes elements to the tail of a list; creates it if missing.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = _push,
            History = [new("2.4.0", "More than one element.")],
        },

        new("rpushx", -3, Group, Write | DenyOom | Fast)
        {
            Since = "2.2.0", Complexity = "O(N), N the elements given",
            Summary = "Pushes elements to the tail of a list that exists.",
            StatedCategories = AclCategories.List,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = _push,
            History = [new("4.0.0", "More than one element.")],
        },
    ];

    private static CommandArgument End(string name) => OneOf(name, Word("LEFT"), Word("RIGHT"));
}
