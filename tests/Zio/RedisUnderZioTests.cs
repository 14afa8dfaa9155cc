using System.Security.Cryptography;
using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>
/// An unmodified redis-server under libzio: the same commands give the same replies, the same data and the same
/// append-only file, byte for byte; a snapshot and a rewrite that a forked child makes under load hold what they must.
/// </summary>
[Collection("Crash")]
public sealed class RedisUnderZioTests : IDisposable
{
    private const int CommandsPerPart = 120, Keys = 24;
    private static readonly int[] Sizes = [512 << 10, 512 << 10, 64 << 10, 64 << 10, 64 << 10, 20_000, 100];

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-zio-redis-").FullName;

    // What two lives must have in common.
    private sealed record Life(string Replies, string DigestAtSnapshot, string DigestAtEnd, string Log, string LogSinceRewrite);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ZioFact(needsRedis: true)]
    [Trait("Category", "Long")]
    public void Redis_is_the_same_with_it_and_without()
    {
        (Life plain, _) = Live("plain", engine: null);
        foreach (string engine in (string[])["vault", "published"])
        {
            (Life preloaded, ZioRun end) = Live(engine, engine);
            Assert.Equal(plain, preloaded);
            Assert.True(end.ExitCode == 0, end.Errors);
            Assert.True(end.Counters["copies_elided"] > 0, $"{engine}: no copy was elided, nothing is proved\n{end.Errors}");
        }
    }

    // Sets and gets, a snapshot amid them, a rewrite of the log amid them; then both are loaded by a redis-server without the library.
    private (Life Life, ZioRun End) Live(string name, string? engine)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        using IncrementalHash replies = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Random random = new(6);
        string atSnapshot, atEnd, log, since;
        ZioRun end;
        using (ZioRedis redis = new(folder, engine))
        {
            Drive(redis.Client, random, replies);
            atSnapshot = redis.Digest();
            Assert.False(redis.Client.Call("BGSAVE").IsError);
            Drive(redis.Client, random, replies);
            Await(redis, "rdb_bgsave_in_progress");
            Assert.Equal("ok", redis.Persistence("rdb_last_bgsave_status"));
            log = FileHash(folder, "appendonly.aof.1.incr.aof");
            Assert.False(redis.Client.Call("BGREWRITEAOF").IsError);
            Drive(redis.Client, random, replies);
            Await(redis, "aof_rewrite_in_progress");
            Assert.Equal("ok", redis.Persistence("aof_last_bgrewrite_status"));
            Drive(redis.Client, random, replies);
            atEnd = redis.Digest();
            end = redis.End();
        }
        since = FileHash(folder, "appendonly.aof.2.incr.aof");
        Assert.Equal(atSnapshot, DigestOf(folder, appends: false));
        Assert.Equal(atEnd, DigestOf(folder, appends: true));
        return (new Life(Convert.ToHexString(replies.GetHashAndReset()), atSnapshot, atEnd, log, since), end);
    }

    private static string DigestOf(string folder, bool appends)
    {
        using ZioRedis loaded = new(folder, engine: null, appends);
        string digest = loaded.Digest();
        loaded.End();
        return digest;
    }

    private static void Drive(RespClient client, Random random, IncrementalHash replies)
    {
        for (int i = 0; i < CommandsPerPart; i++)
        {
            string key = $"key:{random.Next(Keys)}";
            string[] command = random.Next(10) switch
            {
                < 6 => ["SET", key, Value(random)],
                6 => ["GETRANGE", key, $"{random.Next(4096)}", $"{random.Next(4096, 100_000)}"],
                7 => ["SETRANGE", key, $"{random.Next(100_000)}", Value(random)],
                8 => ["APPEND", key, "a little"],
                _ => ["GET", key],
            };
            replies.AppendData(Encoding.Latin1.GetBytes(client.Call(command).ToString()));
        }
    }

    private static string Value(Random random)
    {
        byte[] bytes = new byte[Sizes[random.Next(Sizes.Length)]];
        random.NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    // A list that nobody fills is waited for a moment: the server's clock, not ours, and nothing is written.
    private static void Await(ZioRedis redis, string field)
    {
        while (redis.Persistence(field) != "0")
            redis.Client.Call("BLPOP", "nosuch", "0.02");
    }

    private static string FileHash(string folder, string name) =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "appendonlydir", name))));
}
