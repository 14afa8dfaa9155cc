using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Places all over the Earth, some of them the same, and scores that are no places; replies are compared in their order, unsorted ones too.</summary>
public static class GeoShapes
{
    private const string From = "{FROMMEMBER {element|wide}|FROMLONLAT longitude latitude|FROMLONLAT longitude latitude}";
    private const string By = "{BYRADIUS distance unit|BYBOX distance distance unit}";
    private const string Count = "{COUNT small|COUNT small ANY|COUNT count}";

    /// <summary>All commands.</summary>
    public static ShapeGroup Places { get; } = new("places", 3,
    [
        new("GEOADD geokey {NX|XX|CH|NONSENSE}* (longitude latitude {element|wide})+"),
        new("GEOADD geokey (longitude latitude wide)+"),
        new("GEOADD geokey (longitude latitude wide)#"),
        new("ZADD geokey {score|wideinteger} {element|wide}"),
        new("GEODIST geokey {element|wide} {element|wide} unit?"),
        new("GEOHASH geokey {element|wide}*"),
        new("GEOPOS geokey {element|wide}*"),
        new("GEORADIUS geokey longitude latitude distance unit {WITHDIST|WITHCOORD|WITHHASH|ASC|DESC|" + Count + "}*"),
        new("GEORADIUS geokey longitude latitude distance unit {ASC|DESC|" + Count + "}* {STORE|STOREDIST} geokey"),
        new("GEORADIUS_RO geokey longitude latitude distance unit {WITHDIST|WITHCOORD|WITHHASH|ASC|DESC|" + Count + "|STORE geokey}*"),
        new("GEORADIUSBYMEMBER geokey {element|wide} distance unit {WITHDIST|WITHCOORD|WITHHASH|ASC|DESC|" + Count + "|STORE geokey|STOREDIST geokey}*"),
        new("GEORADIUSBYMEMBER_RO geokey {element|wide} distance unit {WITHDIST|WITHCOORD|WITHHASH|ASC|DESC|" + Count + "}*"),
        new($"GEOSEARCH geokey {From} {By} {{WITHDIST|WITHCOORD|WITHHASH|ASC|DESC|{Count}}}*"),
        new($"GEOSEARCH geokey {By} {{ASC|DESC}}? {{{Count}}}? {From} WITHDIST"),
        new($"GEOSEARCH geokey {{{From}|{By}|ANY|STOREDIST|NONSENSE}}*"),
        new($"GEOSEARCHSTORE geokey geokey {From} {By} {{ASC|DESC|STOREDIST|{Count}}}*"),
        new($"GEOSEARCHSTORE geokey geokey {{{From}|{By}|WITHDIST|STOREDIST}}*"),
        new("ZRANGE geokey 0 -1 WITHSCORES", ReplyRule.Scores),
        new("ZREM geokey {element|wide}+"),
        new("DEL geokey"),
    ]);
}
