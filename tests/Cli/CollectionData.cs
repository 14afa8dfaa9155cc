using System.Globalization;
using Pkv.Tests.Support;

namespace Pkv.Tests.Cli;

/// <summary>Random hashes, lists, sets and sorted sets, small and large, so that Redis holds them in each of its encodings.</summary>
internal static class CollectionData
{
    private static readonly int[] Sizes = [1, 3, 10, 127, 130, 520, 3000];

    /// <summary>Makes so many of each type in several databases; some expire in a day or later.</summary>
    public static void Fill(RespClient client, int seed, int ofEach)
    {
        Random random = new(seed);
        long tomorrow = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 86_400_000;
        List<string[]> commands = [];
        for (int i = 0; i < ofEach * 4; i++)
        {
            string key = $"{(i % 4) switch { 0 => "hash", 1 => "list", 2 => "set", _ => "zset" }}:{i}";
            commands.Add(["SELECT", $"{i % 5}"]);
            int count = Sizes[random.Next(Sizes.Length)];
            bool areNumbers = random.Next(2) == 0, areLong = random.Next(4) == 0;
            for (int done = 0; done < count; done += 100)
                commands.Add(Command(random, key, i % 4, Math.Min(100, count - done), areNumbers, areLong));
            if (random.Next(3) == 0)
                commands.Add(["PEXPIREAT", key, $"{tomorrow + random.Next()}"]);
        }
        foreach (RespNode reply in client.Pipeline(commands))
        {
            if (reply.IsError)
                throw new InvalidOperationException(reply.Text);
        }
    }

    private static string[] Command(Random random, string key, int type, int count, bool areNumbers, bool areLong)
    {
        List<string> command = [type switch { 0 => "HSET", 1 => "RPUSH", 2 => "SADD", _ => "ZADD" }, key];
        for (int i = 0; i < count; i++)
        {
            string element = areNumbers ? $"{random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)}" : Text(random, areLong);
            if (type == 3)
                command.Add(Score(random));
            command.Add(element);
            if (type == 0)
                command.Add(Text(random, areLong));
        }
        return [.. command];
    }

    private static string Score(Random random) => random.Next(6) switch
    {
        0 => "inf",
        1 => "-inf",
        2 => (random.NextDouble() * 1e20).ToString("R", CultureInfo.InvariantCulture),
        3 => (random.NextDouble() - 0.5).ToString("R", CultureInfo.InvariantCulture),
        _ => $"{random.Next(-100, 100)}",
    };

    private static string Text(Random random, bool isLong)
    {
        byte[] bytes = new byte[random.Next(isLong ? 300 : 20)];
        random.NextBytes(bytes);
        return System.Text.Encoding.Latin1.GetString(bytes);
    }
}
