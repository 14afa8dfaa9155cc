using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>
/// Random commands of several clients, many of them blocking, on Pkv with one I/O thread and on a real redis-server: after each
/// of them the same clients wait, and those that do not any more were answered alike. (SWAPDB is not among them: in which order
/// it makes several keys ready is chance in Redis.)
/// </summary>
public sealed class BlockingStreamTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private const int ClientCount = 6;
    private static readonly string[] _keys = ["a", "b", "c"];

    [RedisTheory]
    [InlineData(1, 1500)]
    [InlineData(2, 1500)]
    [InlineData(3, 1500)]
    public void The_same_clients_wait_and_are_served_alike(int seed, int steps)
    {
        var random = new Random(seed);
        using Side ours = new(pkv.Connect), theirs = new(redis.Connect);
        for (int step = 0; step < steps; step++)
        {
            int[] free = [.. Enumerable.Range(0, ClientCount).Where(i => !theirs.Waits[i])];
            int who = free[random.Next(free.Length)];
            // The first client never waits, so that there is always one to push.
            string[][] commands = Next(random, mayBlock: who > 0, theirs);
            string given = $"seed {seed}, step {step}, client {who}: {string.Join(" | ", commands.Select(c => string.Join(' ', c)))}";
            string expected = theirs.Run(who, commands), actual = ours.Run(who, commands);
            Assert.True(expected == actual, $"{given}\nredis {expected}\npkv   {actual}");
        }
    }

    private static string[][] Next(Random random, bool mayBlock, Side side)
    {
        if (mayBlock && random.Next(2) == 0)
            return [Blocking(random)];
        if (random.Next(4) != 0)
            return [Plain(random, side)];
        return [["MULTI"], .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(5) == 0 ? Blocking(random) : Plain(random, side)), ["EXEC"]];
    }

    private static string[] Blocking(Random random)
    {
        string key = Key(random), other = Key(random);
        return random.Next(7) switch
        {
            0 => ["BLPOP", key, other, "0"],
            1 => ["BRPOP", key, "0"],
            2 => ["BLMOVE", key, other, End(random), End(random), "0"],
            3 => ["BRPOPLPUSH", key, other, "0"],
            4 => ["BZPOPMIN", key, other, "0"],
            5 => ["BZMPOP", "0", "1", key, "MAX", "COUNT", "2"],
            _ => ["BLMPOP", "0", "2", key, other, End(random), "COUNT", $"{random.Next(1, 4)}"],
        };
    }

    private static string[] Plain(Random random, Side side)
    {
        string key = Key(random), other = Key(random);
        string[] values = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{random.Next(1000)}")];
        return random.Next(14) switch
        {
            0 => ["RENAME", key, other],
            1 => ["COPY", key, other, "REPLACE"],
            2 => ["DEL", key],
            3 => ["SET", key, "string"],
            4 => ["LMOVE", key, other, End(random), End(random)],
            5 => ["LTRIM", key, "0", "1"],
            6 when side.WaitingPlace(random) is { } place => ["CLIENT", "UNBLOCK", place, random.Next(2) == 0 ? "TIMEOUT" : "ERROR"],
            7 or 8 => ["ZADD", key, values[0], "x", values[^1], "y"],
            9 => ["LRANGE", key, "0", "-1"],
            _ => [random.Next(2) == 0 ? "RPUSH" : "LPUSH", key, .. values],
        };
    }

    private static string Key(Random random) => _keys[random.Next(_keys.Length)];

    private static string End(Random random) => random.Next(2) == 0 ? "LEFT" : "RIGHT";

    // One server's clients. In commands "#3" stands for the id of client 3.
    private sealed class Side : IDisposable
    {
        private readonly RespClient[] _clients;
        private readonly RespClient _observer;
        private readonly string[] _ids;

        public Side(Func<RespClient> connect)
        {
            _clients = [.. Enumerable.Range(0, ClientCount).Select(_ => connect())];
            _observer = connect();
            _observer.Call("FLUSHALL");
            _ids = [.. _clients.Select(c => $"{c.Call("CLIENT", "ID").Integer}")];
        }

        public bool[] Waits { get; } = new bool[ClientCount];

        public string? WaitingPlace(Random random)
        {
            int[] waiting = [.. Enumerable.Range(0, ClientCount).Where(i => Waits[i])];
            return waiting.Length == 0 ? null : $"#{waiting[random.Next(waiting.Length)]}";
        }

        // What the client was answered, and then who else was, and what.
        public string Run(int who, string[][] commands)
        {
            byte[] request = [.. commands.SelectMany(c => RespClient.Encode([.. c.Select(a => a[0] == '#' ? _ids[a[1] - '0'] : a)]))];
            _clients[who].SendRaw(request);
            List<string> transcript = [];
            bool blocks = false;
            if (commands[0][0].StartsWith('B'))
                Waiting.Until(() => _clients[who].Socket.Available > 0 || (blocks = Waiting.IsBlocked(_observer, _ids[who])));
            Waits[who] = blocks;
            for (int i = 0; i < commands.Length && !blocks; i++)
                transcript.Add(_clients[who].Read().ToString());
            for (int i = 0; i < ClientCount; i++)
            {
                if (i == who || !Waits[i] || Waiting.IsBlocked(_observer, _ids[i]))
                    continue;
                Waits[i] = false;
                transcript.Add($"client {i}: {_clients[i].Read()}");
            }
            return string.Join(", ", transcript);
        }

        public void Dispose()
        {
            foreach (RespClient client in _clients)
                client.Dispose();
            _observer.Dispose();
        }
    }
}
