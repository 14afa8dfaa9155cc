using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The geo commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class GeoSpecs
{
    private const CommandGroup Group = CommandGroup.Geo;
    private const string AddComplexity = "O(log(N)) for each member, N the members held";
    private const string RadiusComplexity = "O(N+log(M)), N the members in the box around the circle, M the members held";
    private const string SearchComplexity = "O(N+log(M)), N the members in the grid cells around the shape, M those in the shape";

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("geoadd", -5, Group, Write | DenyOom)
        {
            Since = "3.2.0", Complexity = AddComplexity,
            Summary = "Adds places to a sorted set, or moves them.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(), OneOf("condition", Word("NX"), Word("XX")).From("6.2.0").Optional(),
                (Word("CH") with { Name = "change" }).From("6.2.0").Optional(),
                Block("longitude_latitude_member", Double("longitude"), Double("latitude"), Text("member")).Multiple(),
            ],
            History = [new("6.2.0", "`CH`, `NX`, `XX`.")],
        },

        new("geodist", -4, Group, ReadOnly)
        {
            Since = "3.2.0", Complexity = "O(log(N)), N the members held",
            Summary = "Returns the distance between two places.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member1"), Text("member2"), Unit().Optional()],
        },

        new("geohash", -2, Group, ReadOnly)
        {
            Since = "3.2.0", Complexity = AddComplexity,
            Summary = "Returns the standard geohash texts of places.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member").Multiple()],
        },

        new("geopos", -2, Group, ReadOnly)
        {
            Since = "3.2.0", Complexity = "O(N), N the members asked for",
            Summary = "Returns longitude and latitude of places.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member").Multiple()],
        },

        new("georadius", -6, Group, Write | DenyOom)
        {
            Since = "3.2.0", Complexity = RadiusComplexity,
            Summary = "Returns or stores the places in a circle around a point.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access), StoredAfter("STORE", 6), StoredAfter("STOREDIST", 6)],
            Arguments = [Key(), .. Point(), Double("radius"), Unit(), .. RadiusOptions(anySince: "6.2.0"), .. Targets()],
            History = [new("6.2.0", "`ANY` after `COUNT`."), new("7.0.0", "Units in upper case.")],
        },

        new("georadius_ro", -6, Group, ReadOnly)
        {
            Since = "3.2.10", Complexity = RadiusComplexity,
            Summary = "Returns the places in a circle around a point; GEORADIUS without STORE.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`GEOSEARCH` with the `BYRADIUS` argument",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), .. Point(), Double("radius"), Unit(), .. RadiusOptions(anySince: "6.2.0")],
            History = [new("6.2.0", "`ANY` after `COUNT`.")],
        },

        new("georadiusbymember", -5, Group, Write | DenyOom)
        {
            Since = "3.2.0", Complexity = RadiusComplexity,
            Summary = "Returns or stores the places in a circle around a member.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access), StoredAfter("STORE", 5), StoredAfter("STOREDIST", 5)],
            Arguments = [Key(), Text("member"), Double("radius"), Unit(), .. RadiusOptions(), .. Targets()],
            History = [new("7.0.0", "Units in upper case.")],
        },

        new("georadiusbymember_ro", -5, Group, ReadOnly)
        {
            Since = "3.2.10", Complexity = RadiusComplexity,
            Summary = "Returns the places in a circle around a member; GEORADIUSBYMEMBER without STORE.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member"), Double("radius"), Unit(), .. RadiusOptions()],
        },

        new("geosearch", -7, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = SearchComplexity,
            Summary = "Returns the places in a circle or a box.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), From(), By(), Order(), Count(), .. Parts()],
            History = [new("7.0.0", "Units in upper case.")],
        },

        new("geosearchstore", -8, Group, Write | DenyOom)
        {
            Since = "6.2.0", Complexity = SearchComplexity,
            Summary = "Stores the places in a circle or a box.",
            StatedCategories = AclCategories.Geo,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.At(2, Ro | Access)],
            Arguments = [Key("destination"), Key("source", 1), From(), By(), Order(), Count(), Word("STOREDIST").Optional()],
            History = [new("7.0.0", "Units in upper case.")],
        },
    ];

    private static KeySpec StoredAfter(string option, int startFrom) =>
        KeySpec.After(option, startFrom, 0, 1, 0, Ow | Update) with { IsOptional = true };

    private static CommandArgument Unit() => OneOf("unit", Word("M"), Word("KM"), Word("FT"), Word("MI"));

    private static CommandArgument[] Point() => [Double("longitude"), Double("latitude")];

    private static CommandArgument From() =>
        OneOf("from", Text("member", "FROMMEMBER"), Block("longitude_latitude", Point()).After("FROMLONLAT"));

    private static CommandArgument By() =>
        OneOf("by", Block("circle", Double("radius").After("BYRADIUS"), Unit()), Block("box", Double("width").After("BYBOX"), Double("height"), Unit()));

    private static CommandArgument Order() => OneOf("order", Word("ASC"), Word("DESC")).Optional();

    private static CommandArgument Count(string? anySince = null) =>
        Block("count", Integer("count", "COUNT"), Word("ANY") with { Since = anySince, Flags = ArgumentFlags.Optional }).Optional();

    private static CommandArgument[] Parts() => [Word("WITHCOORD").Optional(), Word("WITHDIST").Optional(), Word("WITHHASH").Optional()];

    private static CommandArgument[] RadiusOptions(string? anySince = null) => [.. Parts(), Count(anySince), Order()];

    private static CommandArgument[] Targets() => [Key(keySpec: 1).After("STORE").Optional(), Key(keySpec: 2).After("STOREDIST").Optional()];
}
