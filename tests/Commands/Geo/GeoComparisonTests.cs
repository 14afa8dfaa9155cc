using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Geo;

/// <summary>The geo commands against a real redis-server: same commands, same replies in RESP2 and RESP3, errors and the order of results included.</summary>
public sealed class GeoComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private const string Sicily = "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.758489 38.788135 edge1 17.241510 38.788135 edge2|";

    public static TheoryData<string, string> Scripts => new()
    {
        { "add", Sicily + "GEOADD g 13.361389 38.115556 Palermo|GEOADD g CH 13 38 Palermo|GEOADD g NX 1 1 Palermo 2 2 new|GEOADD g XX CH 3 3 Palermo 4 4 other|GEOADD g ch xx 3 3 Palermo|GEOADD g NX XX 1 1 a|GEOADD g 1 1|GEOADD g 1 1 a 2|GEOADD g CH NX CH|GEOADD g INCR 1 1 a|GEOADD g x 1 a|GEOADD g 1 x a|GEOADD g 1 1 a 200 1 b|ZRANGE g 0 -1 WITHSCORES|GEOADD g 5 5 t 6 6 t|ZSCORE g t|SET s v|GEOADD s 1 1 a|GEOADD s 200 1 a|TYPE g" },
        { "edges of the Earth", "GEOADD g 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw 0 0 zero -0 -0 minus|ZRANGE g 0 -1 WITHSCORES|GEOPOS g ne sw se nw zero minus|GEOHASH g ne sw se nw zero|GEODIST g ne sw|GEODIST g ne se|GEODIST g nw ne|GEOADD g 180.0001 0 a|GEOADD g -180.0001 0 a|GEOADD g 0 85.05112879 a|GEOADD g 0 -85.06 a|GEOADD g 1e308 -1e308 a|GEOADD g inf 0 a|GEOADD g -inf nan a|GEOADD g 200.0078125 0.0000005 a|GEOADD g 0x10 1e1 hex|GEOPOS g hex|GEOSEARCH g FROMMEMBER ne BYRADIUS 1 km|GEOSEARCH g FROMMEMBER ne BYRADIUS 30000 km|GEOSEARCH g FROMLONLAT 180 0 BYBOX 40000 40000 km" },
        { "dist, pos, hash", Sicily + "GEODIST g Palermo Catania|GEODIST g Palermo Catania km|GEODIST g Palermo Catania FT|GEODIST g Palermo Catania mi|GEODIST g Palermo Catania x|GEODIST g Palermo Catania m x|GEODIST g Palermo none|GEODIST none a b|GEODIST none a b x|GEODIST g Palermo Palermo|GEODIST g Palermo|GEOPOS g Palermo none Catania|GEOPOS g|GEOPOS none a b|GEOPOS none|GEOHASH g Palermo none|GEOHASH g|GEOHASH none a|SET s v|GEODIST s a b|GEOPOS s a|GEOHASH s a|GEODIST s a b x" },
        { "search", Sicily + "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC|GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km DESC WITHCOORD WITHDIST WITHHASH|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km WITHDIST|GEOSEARCH g FROMMEMBER none BYRADIUS 1 m|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1 m|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 900 km COUNT 2|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 900 km COUNT 2 ANY|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 900 km COUNT 2 ANY DESC|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 0 km|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 0 km|GEOSEARCH g FROMMEMBER Palermo BYBOX 0 0 m|GEOSEARCH none FROMLONLAT 15 37 BYRADIUS 1 m|GEOSEARCH none FROMMEMBER x BYBOX 1 1 m|SET s v|GEOSEARCH s FROMLONLAT 15 37 BYRADIUS 1 m" },
        { "search errors", Sicily + "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS -1 m|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS x m|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1 x|GEOSEARCH g FROMLONLAT 15 37 BYBOX -1 1 m|GEOSEARCH g FROMLONLAT 15 37 BYBOX 1 -1 m|GEOSEARCH g FROMLONLAT 15 37 BYBOX x 1 m|GEOSEARCH g FROMLONLAT 15 37 BYBOX 1 x m|GEOSEARCH g FROMLONLAT 15 37 BYBOX 1 1 x|GEOSEARCH g FROMLONLAT 200 37 BYBOX 1 1 m|GEOSEARCH g FROMLONLAT x 37 BYBOX 1 1 m|geosearch g ASC DESC ASC DESC ASC|GEOSEARCH g FROMLONLAT 15 37 ASC DESC|GEOSEARCH g BYRADIUS 1 m ASC DESC|GEOSEARCH g FROMLONLAT 15 37 FROMMEMBER Palermo BYRADIUS 1 m|GEOSEARCH g FROMMEMBER Palermo FROMMEMBER Catania BYRADIUS 1 m|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m BYBOX 1 1 m|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m ANY|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m COUNT 0|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m COUNT x|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m COUNT|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m STORE d|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m STOREDIST|GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1|GEOSEARCH g FROMMEMBER|GEOSEARCH g" },
        { "search store", Sicily + "GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km|ZRANGE d 0 -1 WITHSCORES|GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km STOREDIST|ZRANGE d 0 -1 WITHSCORES|GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 2 STOREDIST|ZRANGE d 0 -1 WITHSCORES|GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m|EXISTS d|SET d v|GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m|EXISTS d|SET d v|GEOSEARCHSTORE d none FROMMEMBER x BYRADIUS 1 m|EXISTS d|SET d v|GEOSEARCHSTORE d g FROMMEMBER Palermo BYRADIUS 1 m|TYPE d|GEOSEARCHSTORE d g FROMMEMBER Palermo BYRADIUS 1 m WITHDIST|GEOSEARCHSTORE d g FROMMEMBER Palermo ASC DESC ASC|GEOSEARCHSTORE d g BYRADIUS 1 m ASC DESC|GEOSEARCHSTORE g g FROMMEMBER Palermo BYRADIUS 1 m|ZRANGE g 0 -1" },
        { "radius", Sicily + "GEORADIUS g 15 37 200 km|GEORADIUS g 15 37 200 km WITHDIST WITHCOORD WITHHASH ASC|GEORADIUS g 15 37 200 km COUNT 1|GEORADIUS g 15 37 200 km COUNT 1 ANY|GEORADIUS g 15 37 200 km ANY|GEORADIUS g 15 37 200 km STORE d|ZRANGE d 0 -1 WITHSCORES|GEORADIUS g 15 37 200 km STOREDIST d DESC COUNT 1|ZRANGE d 0 -1 WITHSCORES|GEORADIUS g 15 37 200 km STORE a STOREDIST b|EXISTS a b|GEORADIUS g 15 37 200 km STORE|GEORADIUS g 15 37 200 km STORE d WITHDIST|GEORADIUS g 15 37 -1 km|GEORADIUS g 15 37 x km|GEORADIUS g 15 37 1 x|GEORADIUS g 200 37 1 km|GEORADIUS g 15 37 200 km nonsense|GEORADIUS g 15 37 200 km FROMMEMBER Palermo|GEORADIUS none 15 37 200 km|GEORADIUS none 15 37 200 x|GEORADIUS none 15 37 200 km STORE d|EXISTS d|GEORADIUS_RO g 15 37 200 km|GEORADIUS_RO g 15 37 200 km STORE d|SET s v|GEORADIUS s 200 37 1 x|GEORADIUS g 15 37 200 km STORE s|TYPE s|GEORADIUS g 15 37" },
        { "radius by member", Sicily + "GEORADIUSBYMEMBER g Palermo 200 km|GEORADIUSBYMEMBER g Palermo 200 km ASC WITHDIST|GEORADIUSBYMEMBER g none 200 km|GEORADIUSBYMEMBER g none x y|GEORADIUSBYMEMBER none Palermo x y|GEORADIUSBYMEMBER none Palermo x y nonsense|GEORADIUSBYMEMBER none Palermo 1 m STORE d|GEORADIUSBYMEMBER g Palermo x km|GEORADIUSBYMEMBER g Palermo 1 x|GEORADIUSBYMEMBER g Palermo 200 km STORE d|ZRANGE d 0 -1 WITHSCORES|GEORADIUSBYMEMBER g Palermo 0 km STORE g|ZRANGE g 0 -1|GEORADIUSBYMEMBER_RO g Palermo 200 km|GEORADIUSBYMEMBER_RO g Palermo 200 km STORE d|GEORADIUSBYMEMBER g" },
        { "scores that are no places", "ZADD g -1 a 1e300 b inf c -inf d 0 e 1.5 f 4503599627370496 h 9007199254740993 i -0 j|GEOPOS g a b c d e f h i j|GEOHASH g a b c d e f h i j|GEODIST g a b|GEODIST g e f|GEOSEARCH g FROMMEMBER e BYRADIUS 30000 km WITHHASH WITHDIST|GEOSEARCH g FROMMEMBER b BYRADIUS 30000 km WITHHASH|GEOSEARCHSTORE d g FROMMEMBER e BYRADIUS 30000 km|ZRANGE d 0 -1 WITHSCORES" },
        { "exec", "MULTI|GEOADD g 13 38 a 14 38 b|GEORADIUS g 13 38 500 km STORE d|GEOSEARCHSTORE e g FROMMEMBER a BYRADIUS 1 m|GEOSEARCH g FROMMEMBER a BYRADIUS 500 km WITHDIST|GEORADIUSBYMEMBER g b 1 m STOREDIST f|EXEC|ZRANGE d 0 -1|ZRANGE e 0 -1|ZRANGE f 0 -1 WITHSCORES" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        foreach (string version in new[] { "2", "3" })
        {
            using RespClient ours = pkv.Connect(), theirs = redis.Connect();
            foreach (RespClient client in new[] { ours, theirs })
            {
                client.Call("FLUSHALL");
                client.Call("HELLO", version);
            }
            foreach (string command in script.Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                RespNode expected = theirs.Call(command.Split(' ')), actual = ours.Call(command.Split(' '));
                Assert.True(expected == actual, $"RESP{version}, {command}: redis-server says {expected}, we say {actual}");
            }
        }
    }

    // Many members at few places: which of those that are equally far come first depends on the algorithm that sorts them.
    [RedisFact]
    public void Of_equal_distances_the_same_ones_come_first()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        Random random = new(11);
        List<string[]> commands = [["FLUSHALL"]];
        foreach (int places in new[] { 1, 2, 7, 40 })
        {
            for (int members = 0; members < 600; members += 20)
                commands.Add(["GEOADD", $"g{places}", .. Enumerable.Range(members, 20).SelectMany(m => new[] { $"{13 + random.Next(places) * 0.01}", "38", $"m{random.Next(100_000)}" })]);
            foreach (int count in new[] { 1, 2, 3, 6, 7, 8, 20, 39, 41, 100, 300, 599, 600 })
            {
                foreach (string order in new[] { "ASC", "DESC" })
                    commands.Add(["GEOSEARCH", $"g{places}", "FROMLONLAT", "13.05", "38", "BYRADIUS", "100", "km", order, "COUNT", $"{count}", .. random.Next(3) == 0 ? (string[])["ANY"] : []]);
            }
        }
        IReadOnlyList<RespNode> expected = theirs.Pipeline(commands), actual = ours.Pipeline(commands);
        for (int i = 0; i < commands.Count; i++)
            Assert.True(expected[i] == actual[i], $"{string.Join(' ', commands[i])}: redis-server says {expected[i]}, we say {actual[i]}");
    }
}
