using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// SORT and SORT_RO, of the generic group. Arity, flags, keys, categories, tips and arguments are those of Redis 7.0, with which
/// a test compares them.
/// </summary>
internal static class SortSpecs
{
    private const CommandGroup Group = CommandGroup.Generic;

    private static readonly CommandArgument ByPattern = (Pattern("pattern", "BY") with { KeySpecIndex = 1 }).Optional();

    private static readonly CommandArgument Limit = Block("offset_count", Integer("offset"), Integer("count")).After("LIMIT").Optional();

    private static readonly CommandArgument GetPattern = Pattern("pattern", "GET") with
    {
        KeySpecIndex = 1,
        Flags = ArgumentFlags.Optional | ArgumentFlags.Multiple | ArgumentFlags.MultipleToken,
    };

    private static readonly CommandArgument Order = OneOf("order", Word("ASC"), Word("DESC")).Optional();

    private static readonly CommandArgument Alpha = (Word("ALPHA") with { Name = "sorting" }).Optional();

    /// <summary>Both.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("sort", -2, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(N+M*log(M)), N the elements held, M those returned",
            Summary = "Sorts a list, set or sorted set and returns the result or stores it as a list.",
            StatedCategories = AclCategories.Set | AclCategories.SortedSet | AclCategories.List | AclCategories.Dangerous,
            KeySpecs = [KeySpec.At(1, Ro | Access), KeySpec.OfSort("", Ro | Access), KeySpec.OfSort("STORE", Ow | Update)],
            Arguments =
            [
                Key(),
                ByPattern,
                Limit,
                GetPattern,
                Order,
                Alpha,
                Key("destination", 2).After("STORE").Optional(),
            ],
        },

        new("sort_ro", -2, Group, ReadOnly)
        {
            Since = "7.0.0", Complexity = "O(N+M*log(M)), N the elements held, M those returned",
            Summary = "Sorts a list, set or sorted set and returns the result; SORT without STORE.",
            StatedCategories = AclCategories.Set | AclCategories.SortedSet | AclCategories.List | AclCategories.Dangerous,
            KeySpecs = [KeySpec.At(1, Ro | Access), KeySpec.OfSort("", Ro | Access)],
            Arguments =
            [
                Key(),
                ByPattern,
                Limit,
                GetPattern,
                Order,
                Alpha,
            ],
        },
    ];
}
