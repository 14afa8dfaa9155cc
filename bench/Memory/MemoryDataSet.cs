using Pkv.Bench.Types;

namespace Pkv.Bench.Memory;

/// <summary>Data whose memory is measured.</summary>
/// <param name="Title">For a reader; one of them is a <paramref name="Unit"/>.</param>
/// <param name="Unit">What memory is divided by.</param>
/// <param name="Count">How many.</param>
/// <param name="Fill">Asked once for each, and kept.</param>
/// <param name="Read">Asked afterwards, to see that they are there.</param>
/// <param name="Keys">What DBSIZE must be.</param>
internal sealed record MemoryDataSet(string Title, string Unit, int Count, Exchange Fill, Exchange Read, int Keys)
{
    private const int Fields = 10;

    /// <summary>Hashes of ten fields, <c>field0</c> to <c>field9</c>, with values of ten bytes.</summary>
    public static MemoryDataSet SmallHashes(int count) => new($"{count} hashes of 10 fields, values of 10 bytes", "hash", count,
        new Exchange(Template.Command(["HSET", "user:{key}", .. Enumerable.Range(0, Fields).SelectMany(i => new[] { $"field{i}", $"{{stamp}}v{i}" })]),
            ExpectedReply.Exactly(":10\r\n")),
        new Exchange(Template.Command("HGETALL", "user:{key}"), ExpectedReply.Pairs([.. Enumerable.Range(0, Fields).Select(i => ($"field{i}", $"{{any}}v{i}"))])),
        count);

    /// <summary>One sorted set of members with scores of eight digits.</summary>
    public static MemoryDataSet SortedSet(int count) => new($"one sorted set of {count} members of 19 bytes", "member", count,
        new Exchange(Template.Command("ZADD", "ranking", "{score}", "player:{key}"), ExpectedReply.Exactly(":1\r\n")),
        new Exchange(Template.Command("ZSCORE", "ranking", "player:{key}"), ExpectedReply.Exactly(Template.Bulk("{score}"))),
        1);
}
