using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Keys;

/// <summary>Commands over whole databases and over two of them, from several I/O threads at once, and what is left after a restart.</summary>
public sealed class DatabaseStressTests
{
    private const int Clients = 6;
    private const int Rounds = 20;

    [Fact]
    public void Threads_that_lock_everything_do_not_wait_for_each_other_for_ever()
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "4", "--databases", "16");
        Parallel.For(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, number =>
        {
            using RespClient client = server.Connect();
            var random = new Random(number);
            for (int round = 0; round < Rounds; round++)
            {
                var commands = new List<string[]>();
                for (int i = 0; i < 20; i++)
                    commands.AddRange(Draw(random));
                foreach (RespNode reply in client.Pipeline(commands))
                    Assert.False(reply.IsError, reply.ToString());
            }
        });
        using RespClient last = server.Connect();
        Dictionary<string, string> before = KeyReplayTests.State(last, 16);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(before, KeyReplayTests.State(again, 16));
    }

    private static IEnumerable<string[]> Draw(Random random)
    {
        string key = $"k{random.Next(40)}", other = $"k{random.Next(40)}", database = $"{random.Next(16)}";
        switch (random.Next(12))
        {
            case 0:
                return [["SWAPDB", database, $"{random.Next(16)}"]];
            case 1:
                return [random.Next(10) == 0 ? ["FLUSHALL"] : ["FLUSHDB"]];
            case 2:
                return [["MULTI"], ["SET", key, "multi"], ["SELECT", database], ["SET", key, "selected"], ["KEYS", "x*"], ["COPY", key, "copied", "REPLACE"], ["EXEC"]];
            case 3:
                return [["SELECT", database], ["SET", key, database]];
            case 4:
                return [["COPY", key, "copied", "DB", database, "REPLACE"]];
            case 5:
                return [["SELECT", "3"], ["MOVE", key, "5"]];
            case 6:
                return [["SCAN", "0", "COUNT", "1000"], ["RANDOMKEY"]];
            case 7:
                return [["MULTI"], ["SET", key, "a"], ["RENAME", key, other], ["EXEC"]];
            case 8:
                return [["SET", key, "t", "PX", "1"]];
            default:
                return [["SET", key, $"{random.Next()}"], ["EXPIRE", other, "1000"]];
        }
    }
}
