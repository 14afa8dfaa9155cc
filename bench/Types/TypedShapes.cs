namespace Pkv.Bench.Types;

/// <summary>
/// All shapes. Records are those of YCSB: ten fields of 100 bytes. Values name their key and field, so that an answer from
/// another one is caught, and are stamped with a random number, so that a write is never a repetition.
/// </summary>
internal static class TypedShapes
{
    /// <summary>Fields of a record and elements of a list before it is measured.</summary>
    public const int Fields = 10;

    /// <summary>Bytes of a field's value and of a list's element.</summary>
    public const int ValueBytes = 100;

    /// <summary>Members of a set before it is measured.</summary>
    public const int MembersPerSet = 100;

    private const string Right = "\r\n";
    private static readonly string Pattern = string.Concat(Enumerable.Range(0, ValueBytes - 21).Select(i => (char)('a' + i * 7 % 26)));

    private static readonly DataSet Records = new("records",
        new Exchange(Template.Command(["HSET", "user:{key}", .. TenFields("{stamp}")]), Integer(10)), keys => keys);

    private static readonly DataSet Lists = new("lists",
        new Exchange(Template.Command(["RPUSH", "list:{key}", .. TenValues("{stamp}")]), Integer(10)), keys => keys);

    private static readonly DataSet Sets = new("sets",
        new Exchange(Template.Command("SADD", "set:{set}", "member:{key}"), Integer(1)), SetsFor);

    private static readonly DataSet Ranking = new("ranking",
        new Exchange(Template.Command("ZADD", "ranking", "{score}", "player:{key}"), Integer(1)), _ => 1);

    private static readonly Exchange SetField = new(Template.Command("HSET", "user:{key}", "field{field}", Value("{field}", "{stamp}")), Integer(0));

    private static readonly Exchange GetAll = new(Template.Command("HGETALL", "user:{key}"),
        ExpectedReply.Pairs([.. Enumerable.Range(0, Fields).Select(i => ($"field{i}", Value($"{i}", "{any}")))]));

    /// <summary>In the order in which they are measured.</summary>
    public static IReadOnlyList<TypedShape> All { get; } =
    [
        new("hgetall", "HGETALL of 10 × 100 B", Records, [GetAll]),
        new("hget", "HGET, 100 B", Records, [new(Template.Command("HGET", "user:{key}", "field{field}"), Bulk(Value("{field}", "{any}")))]),
        new("hset", "HSET of 10 × 100 B", Records, [new(Records.Fill.Request, Integer(0))]),
        new("hset-one", "HSET of one field of ten", Records, [SetField]),
        new("hset-hgetall", "HSET of one field, then HGETALL", Records, [SetField, GetAll]),
        new("lpush-lpop", "LPUSH, then LPOP, 100 B", Lists,
        [
            new(Template.Command("LPUSH", "list:{key}", Value("x", "{stamp}")), Integer(Fields + 1)),
            new(Template.Command("LPOP", "list:{key}"), Bulk(Value("x", "{stamp}"))),
        ])
        { AltersData = true },
        new("rpush-lrange", "RPUSH, then LRANGE 0 9, 100 B", Lists,
        [
            new(Template.Command("RPUSH", "list:{key}", Value("x", "{stamp}")), ExpectedReply.Count(Fields + 1)),
            new(Template.Command("LRANGE", "list:{key}", "0", "9"), ExpectedReply.List([.. TenValues("{any}")])),
        ], Draw.Walk)
        { AltersData = true },
        new("sismember", "SISMEMBER, half of them members", Sets,
        [
            new(Template.Command("SISMEMBER", "set:{set}", "member:{key}"), Integer(1)),
            new(Template.Command("SISMEMBER", "set:{set}", "absent:{key}"), Integer(0)),
        ]),
        new("sadd", "SADD of new members", Sets, [Sets.Fill], Draw.Fresh) { AltersData = true },
        new("zrange", "ZRANGE 0 9", Ranking, [new(Template.Command("ZRANGE", "ranking", "0", "9"), ExpectedReply.List([.. Lowest(withScores: false)]))]),
        new("zrange-scores", "ZRANGE 0 9 WITHSCORES", Ranking,
            [new(Template.Command("ZRANGE", "ranking", "0", "9", "WITHSCORES"), ExpectedReply.List([.. Lowest(withScores: true)]))]),
        new("zscore", "ZSCORE", Ranking, [new(Template.Command("ZSCORE", "ranking", "player:{key}"), Bulk("{score}"))]),
        new("zadd", "ZADD of new scores", Ranking, [new(Template.Command("ZADD", "ranking", "{newscore}", "player:{key}"), Integer(0))]) { AltersData = true },
    ];

    /// <summary>The shapes of these names, in the order in which they are measured.</summary>
    /// <exception cref="ArgumentException">No shape has one of the names.</exception>
    public static IReadOnlyList<TypedShape> ByName(IReadOnlyList<string> names) => ByName(All, static shape => shape.Name, names);

    /// <summary>Those of these names among others, in their order.</summary>
    /// <exception cref="ArgumentException">None has one of the names.</exception>
    public static IReadOnlyList<T> ByName<T>(IReadOnlyList<T> all, Func<T, string> nameOf, IReadOnlyList<string> names)
    {
        foreach (string name in names)
            if (all.All(shape => nameOf(shape) != name)) throw new ArgumentException($"unknown shape '{name}'; known are {string.Join(", ", all.Select(nameOf))}");
        return [.. all.Where(shape => names.Contains(nameOf(shape)))];
    }

    /// <summary>How many sets the members are spread over.</summary>
    public static int SetsFor(int keys) => Math.Max(1, keys / MembersPerSet);

    private static ExpectedReply Integer(int number) => ExpectedReply.Exactly($":{number}{Right}");

    private static ExpectedReply Bulk(string text) => ExpectedReply.Exactly(Template.Bulk(text));

    // Twelve digits, one character, eight digits, the pattern.
    private static string Value(string field, string stamp) => $"{{key}}{field}{stamp}{Pattern}";

    private static IEnumerable<string> TenValues(string stamp) => Enumerable.Range(0, Fields).Select(i => Value($"{i}", stamp));

    private static IEnumerable<string> TenFields(string stamp) => Enumerable.Range(0, Fields).SelectMany(i => new[] { $"field{i}", Value($"{i}", stamp) });

    private static IEnumerable<string> Lowest(bool withScores) => Enumerable.Range(0, 10)
        .SelectMany(i => withScores ? new[] { $"player:{i:d12}", $"{Template.ScoreBase + i}" } : [$"player:{i:d12}"]);
}
