using Pkv.Tests.Support;

namespace Pkv.Tests.Cli;

/// <summary>Random strings in several databases, of the kinds that Redis stores in different ways.</summary>
internal static class StringData
{
    private static readonly long[] Edges =
        [0, 1, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, (long)int.MinValue - 1, long.MaxValue, long.MinValue];

    /// <summary>Runs so many SETs, some of which expire in a day or later.</summary>
    public static void Fill(RespClient client, int seed, int keys)
    {
        Random random = new(seed);
        long tomorrow = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 86_400_000;
        List<string[]> commands = [];
        for (int i = 0; i < keys; i++)
        {
            if (i % 50 == 0)
                commands.Add(["SELECT", $"{random.Next(16)}"]);
            string key = random.Next(4) == 0 ? Value(random) + i : $"key{i}";
            commands.Add(random.Next(3) == 0 ? ["SET", key, Value(random), "PXAT", $"{tomorrow + random.Next()}"] : ["SET", key, Value(random)]);
            // Some are changed in part, and have zeros between.
            if (i % 9 == 0)
                commands.Add(["SETRANGE", key, $"{random.Next(4000)}", "a part"]);
        }
        foreach (RespNode reply in client.Pipeline(commands))
        {
            if (reply.IsError)
                throw new InvalidOperationException(reply.Text);
        }
    }

    // Numbers at the edges of their encodings, text that compresses well, a little and not at all, of all lengths.
    private static string Value(Random random) => random.Next(8) switch
    {
        0 => $"{Edges[random.Next(Edges.Length)]}",
        1 => $"{random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)}",
        2 => $"0{random.Next(100)}",
        3 => new string((char)random.Next(256), random.Next(2000)),
        4 => string.Concat(Enumerable.Repeat($"abc{random.Next(10)}\r\n", random.Next(400))),
        5 => string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => "the quick brown fox"[random.Next(19)])),
        6 => Bytes(random, random.Next(100)),
        _ => Bytes(random, random.Next(20) == 0 ? random.Next(40_000) : random.Next(70)),
    };

    private static string Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return System.Text.Encoding.Latin1.GetString(bytes);
    }
}
