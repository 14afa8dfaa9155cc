using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Bitmaps;

/// <summary>Bitmap commands against a real redis-server: scripts of edge cases, and drawn commands with what they leave.</summary>
public sealed class BitmapComparisonTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private static readonly string[] _keys = ["a", "b", "c", "d"];
    private static readonly string[] _badNumbers = ["x", "", "1.5", "01", "9223372036854775808", " 1"];
    private static readonly string[] _edges = ["0", "1", "-1", "127", "128", "-129", "255", "256", "9223372036854775807", "-9223372036854775808"];

    public static TheoryData<string> Scripts =>
    [
        "SETBIT k 7 1|GET k|SETBIT k 7 1|SETBIT k 7 0|GETBIT k 7|GETBIT k 100|GETBIT none 3|SETBIT k 100 0|STRLEN k|SETBIT k -1 1|SETBIT k 4294967296 1|SETBIT k #1 1|SETBIT k 1 2|SETBIT k x y|SETBIT k 1 y|GETBIT k 4294967296|GETBIT k x|SETBIT k 1|GETBIT k",
        "SET k foobar EX 1000|SETBIT k 1 0|TTL k|BITFIELD k SET u8 0 255|TTL k|BITOP NOT k k|TTL k",
        "SET k foobar|BITCOUNT k|BITCOUNT k 0 0|BITCOUNT k 1 1|BITCOUNT k 1 1 BYTE|BITCOUNT k 5 30 BIT|BITCOUNT k 5 30 bit x|BITCOUNT k 0|BITCOUNT k x y|BITCOUNT none x y z|BITCOUNT none 1|BITCOUNT k -1 -2 nonsense|BITCOUNT k 1 2 nonsense|BITCOUNT k -100 -50|BITCOUNT k 5 1|BITCOUNT",
        "BITPOS none 0|BITPOS none 1|BITPOS none 0 5 6|BITPOS none 2|BITPOS none x|SETRANGE k 2 a|BITPOS k 1|BITPOS k 0|BITPOS k 1 3|BITPOS k 1 2 2 BIT|BITPOS k 0 2 -1 x|BITPOS k 1 x|BITPOS k 1 0 x BIT|BITPOS k 1 0 x nonsense|BITPOS k 1 0 1 BIT 5|BITFIELD f SET i64 0 -1|BITPOS f 0|BITPOS f 0 0|BITPOS f 0 0 -1|BITPOS f 0 7|BITPOS f 0 8|BITPOS f 0 0 63 BIT|BITPOS k",
        "SET e |BITPOS e 0|BITPOS e 1|BITCOUNT e|BITOP NOT x e|EXISTS x|BITFIELD e GET u8 0",
        "BITOP AND d none|SET a abc|SET b xy|BITOP AND d a b|GET d|BITOP OR d a b none|GET d|BITOP XOR d a b a|GET d|BITOP NOT d a b|BITOP NOT d a|STRLEN d|BITOP AND d a none|STRLEN d|BITOP nand d a|BITOP AND d|BITOP OR d none none2|EXISTS d|BITOP or a a b|GET a",
        "BITFIELD k|BITFIELD none GET u8 0 GET i5 3|EXISTS none|BITFIELD k SET u8 #1 200 GET u8 8 GET i8 8 INCRBY u8 8 100|GET k|BITFIELD k OVERFLOW SAT INCRBY u8 8 1000 OVERFLOW FAIL INCRBY u8 8 1 INCRBY i8 0 1|BITFIELD new OVERFLOW FAIL SET u8 0 256|GET new|BITFIELD k GET u64 0|BITFIELD k GET i65 0|BITFIELD k GET u0 0|BITFIELD k GET 8 0|BITFIELD k OVERFLOW foo|BITFIELD k SET u8 0|BITFIELD k SET u8 x 1|BITFIELD k SET u8 0 x|BITFIELD k GET u8 -1|BITFIELD k GET u8 #-1|BITFIELD k foo|BITFIELD_RO k GET u8 0|BITFIELD_RO k SET u8 0 1|BITFIELD_RO k SET u8 0|BITFIELD_RO none SET u8 0 1",
        "BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775808|BITFIELD k GET i8 0|BITFIELD k OVERFLOW SAT INCRBY i8 0 -9223372036854775808|BITFIELD k OVERFLOW WRAP INCRBY i64 0 9223372036854775807 INCRBY i64 0 9223372036854775807|BITFIELD k OVERFLOW SAT INCRBY i64 0 9223372036854775807",
        "SETBIT k 1 1|COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0|COMMAND GETKEYSANDFLAGS BITFIELD k SET u8 0 1|COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0 INCRBY u8 0 1|COMMAND GETKEYS BITOP AND d a b|MULTI|SETBIT k 9 1|BITCOUNT k|BITOP OR d k none|BITFIELD d INCRBY u4 0 3|EXEC|GET d",
        "WATCH k|BITFIELD k OVERFLOW FAIL INCRBY u31 #31 -1|MULTI|STRLEN k|EXEC|WATCH k|BITFIELD k OVERFLOW FAIL SET u8 0 256 SET u8 2000 256|MULTI|STRLEN k|EXEC|WATCH k|BITFIELD k SET u8 3000 0|MULTI|STRLEN k|EXEC|WATCH k|BITFIELD k SET u8 0 0|MULTI|STRLEN k|EXEC|WATCH k|SETBIT k 5000 0|MULTI|STRLEN k|EXEC|WATCH k|SETBIT k 0 0|MULTI|STRLEN k|EXEC",
    ];

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Edges_are_answered_as_by_redis(string script)
    {
        using var pkv = PkvServer.InProcess("--io-threads", "1");
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        theirs.Call("FLUSHALL");
        foreach (string command in script.Split('|'))
            AssertAlike(command.Split(' '), theirs.Call(command.Split(' ')), ours.Call(command.Split(' ')), "");
    }

    [RedisFact]
    public void Drawn_commands_are_answered_alike_and_recovered()
    {
        using var pkv = PkvServer.InProcess("--io-threads", "2");
        using (RespClient ours = pkv.Connect(), theirs = redis.Connect())
        {
            theirs.Call("FLUSHALL");
            for (int seed = 1; seed <= 8; seed++)
            {
                Random random = new(seed);
                List<string[]> commands = [.. Enumerable.Range(0, 2500).Select(_ => Draw(random)), .. _keys.Select(key => new[] { "GET", key })];
                IReadOnlyList<RespNode> our = ours.Pipeline(commands), their = theirs.Pipeline(commands);
                for (int i = 0; i < commands.Count; i++)
                    AssertAlike(commands[i], their[i], our[i], $"seed {seed}, command {i}: ");
            }
        }
        pkv.Restart();
        using RespClient again = pkv.Connect();
        foreach (string key in _keys)
            AssertAlike(["GET", key], redis.Call("GET", key), again.Call("GET", key) is { IsNull: true } none ? none with { Kind = '_' } : again.Call("GET", key), "after a restart: ");
    }

    private static void AssertAlike(string[] command, RespNode theirs, RespNode ours, string where) =>
        Assert.True(theirs == ours, $"{where}{string.Join(' ', command)}: redis-server says {theirs}, we say {ours}");

    private static string[] Draw(Random random)
    {
        string key = Pick(random, _keys);
        return random.Next(14) switch
        {
            0 => ["SET", key, new string([.. Enumerable.Range(0, random.Next(80)).Select(_ => (char)random.Next(256))])],
            1 or 2 => ["SETBIT", key, Offset(random), random.Next(20) == 0 ? Pick(random, _badNumbers) : Text(random.Next(2))],
            3 => ["GETBIT", key, Offset(random)],
            4 => ["BITCOUNT", key, .. Range(random)],
            5 or 6 => ["BITPOS", key, random.Next(20) == 0 ? "2" : Text(random.Next(2)), .. Range(random)],
            7 or 8 => ["BITOP", Pick(random, ["AND", "or", "XOR", "NOT"]), Pick(random, _keys), .. Enumerable.Range(0, random.Next(3) + 1).Select(_ => Pick(random, [.. _keys, "none"]))],
            9 or 10 or 11 => ["BITFIELD", key, .. Operations(random)],
            12 => ["BITFIELD_RO", key, .. Operations(random)],
            _ => random.Next(3) == 0 ? ["DEL", key] : ["STRLEN", key],
        };
    }

    private static string[] Range(Random random) => random.Next(5) switch
    {
        0 => [],
        1 => [Index(random)],
        2 => [Index(random), Index(random)],
        _ => [Index(random), Index(random), Pick(random, ["BIT", "BYTE", "bit", "nonsense"])],
    };

    private static IEnumerable<string> Operations(Random random) => Enumerable.Range(0, random.Next(5)).SelectMany(_ => random.Next(6) switch
    {
        0 => (string[])["OVERFLOW", Pick(random, ["WRAP", "SAT", "FAIL"])],
        1 or 2 => ["GET", Type(random), FieldOffset(random)],
        3 => ["SET", Type(random), FieldOffset(random), Number(random)],
        4 => ["INCRBY", Type(random), FieldOffset(random), Number(random)],
        _ => random.Next(20) == 0 ? ["GET"] : ["get", "u4", "0"],
    });

    private static string Type(Random random) => random.Next(30) == 0 ? Pick(random, ["u64", "i65", "i0", "x8", "i", "i08"]) : Pick(random, ["i", "u"]) + Text(random.Next(1, 64));

    private static string FieldOffset(Random random) => random.Next(4) == 0 ? $"#{random.Next(12)}" : Offset(random);

    private static string Offset(Random random) => random.Next(25) == 0 ? Pick(random, [.. _badNumbers, "-1", "4294967296", "#x"]) : Text(random.Next(700));

    private static string Index(Random random) => random.Next(25) == 0 ? Pick(random, _badNumbers) : random.Next(5) == 0 ? Pick(random, _edges) : Text(random.Next(-120, 700));

    private static string Number(Random random) => random.Next(25) == 0 ? Pick(random, _badNumbers)
        : random.Next(2) == 0 ? Pick(random, _edges) : Text(random.NextInt64(long.MinValue, long.MaxValue));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
