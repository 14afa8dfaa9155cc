using System.Globalization;
using Pkv.Bench.Types;

namespace Pkv.Bench.Scripts;

/// <summary>All shapes: scripts as applications send them, each reply known in advance.</summary>
internal static class ScriptShapes
{
    private const string ReadSource = "return redis.call('GET', KEYS[1])";

    private const string CountSource = "local n = redis.call('INCR', KEYS[1]) redis.call('EXPIRE', KEYS[1], ARGV[1]) return n";

    private const string LockSource = "if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 else return 0 end";

    private const string UnlockSource = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

    private const string JobSource = """
        local job = cjson.decode(ARGV[1])
        redis.call('HSET', KEYS[1], 'id', job.id, 'data', ARGV[1])
        redis.call('HINCRBY', KEYS[1], 'attempts', 1)
        local stored = cjson.decode(redis.call('HGET', KEYS[1], 'data'))
        redis.call('RPUSH', KEYS[2], job.id)
        redis.call('LTRIM', KEYS[2], -5, -1)
        redis.call('ZADD', KEYS[3], job.priority, job.id)
        redis.call('ZREM', KEYS[3], job.id)
        redis.call('SADD', KEYS[4], job.queue)
        redis.call('EXPIRE', KEYS[1], 600)
        local last = redis.call('LINDEX', KEYS[2], -1)
        return cjson.encode({ stored.id, last, #job.tags, stored.done })
        """;

    private const string LoopSource = """
        local t, sum = {}, 0
        for i = 1, 1000 do
          sum = (sum + i * 3) % 65537
          t[i] = sum
        end
        return t[#t]
        """;

    private const int LoopResult = 1000 * 1001 / 2 * 3 % 65537;

    private const double RatioMax = 0.6;

    private static readonly string Value = $"{{key}}{new string('v', TypedShapes.ValueBytes - 12)}";

    private static readonly DataSet Values = new("values", new Exchange(Template.Command("SET", "value:{key}", Value), ExpectedReply.Exactly("+OK\r\n")), keys => keys);

    private static readonly DataSet Counters = new("counters", new Exchange(Template.Command("SET", "counter:{key}", "0"), ExpectedReply.Exactly("+OK\r\n")), keys => keys);

    /// <summary>In the order in which they are measured.</summary>
    public static IReadOnlyList<ScriptShape> All { get; } =
    [
        new("a", new("get", "GET, 100 B, and return", Values,
            [new(Call(ReadSource, 1, "value:{key}"), ExpectedReply.Exactly(Template.Bulk(Value)))]), [ReadSource], RatioMax),
        new("b", new("incr-expire", "INCR and EXPIRE", Counters,
            [new(Call(CountSource, 1, "counter:{key}", "600"), ExpectedReply.Count(1))], Draw.Walk) { AltersData = true }, [CountSource], RatioMax),
        new("c", new("lock", "lock by SET NX PX, then unlock by compare-and-delete", Values,
        [
            new(Call(LockSource, 1, "lock:{key}", "token:{stamp}", "30000"), ExpectedReply.Exactly(":1\r\n")),
            new(Call(UnlockSource, 1, "lock:{key}", "token:{stamp}"), ExpectedReply.Exactly(":1\r\n")),
        ]), [LockSource, UnlockSource], RatioMax),
        new("d", new("job", "ten mixed calls and cjson", Values,
            [new(Call(JobSource, 4, "job:{key}", "log:{key}", "due:{key}", "tags:{key}", Job), ExpectedReply.Exactly(Template.Bulk("[\"job-{key}\",\"job-{key}\",3,false]")))])
            { AltersData = true }, [JobSource], RatioMax),
        new("e", new("loop", "1,000 steps of arithmetic and table writes", Values,
            [new(Call(LoopSource, 0), ExpectedReply.Exactly(string.Create(CultureInfo.InvariantCulture, $":{LoopResult}\r\n")))]), [LoopSource], 1.0),
    ];

    private static string Job => "{{\"id\":\"job-{key}\",\"priority\":{field},\"queue\":\"mail\",\"tags\":[\"new\",\"urgent\",\"{stamp}\"],\"done\":false,\"retry\":{{\"max\":5,\"delay\":1.5}}";

    /// <summary>The shapes of these names, in the order in which they are measured.</summary>
    /// <exception cref="ArgumentException">No shape has one of the names.</exception>
    public static IReadOnlyList<ScriptShape> ByName(IReadOnlyList<string> names) => TypedShapes.ByName(All, static shape => shape.Traffic.Name, names);

    private static Template Call(string source, int keys, params string[] keysAndArguments) =>
        Template.Command(["EVALSHA", ScriptShape.DigestOf(source), keys.ToString(CultureInfo.InvariantCulture), .. keysAndArguments]);
}
