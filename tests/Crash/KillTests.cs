using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Crash;

/// <summary>
/// kill -9 under load, again and again on the same pool: every acknowledged write is there (or a later one), nothing is
/// torn, a transaction is whole or absent.
/// </summary>
[Collection("Crash")]
public sealed class KillTests
{
    private const int Clients = 4;

    [Theory]
    [InlineData("dram", "everysec", 1)]
    [InlineData("dram", "everysec", 2)]
    [InlineData("file", "always", 1)]
    public void Three_kills(string medium, string fsync, int threads) => Rounds(medium, fsync, threads, rounds: medium == "dram" ? 2 : 1);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("dram", "everysec", 1, 8)]
    [InlineData("dram", "everysec", 2, 6)]
    [InlineData("file", "everysec", 2, 3)]
    [InlineData("file", "always", 1, 3)]
    public void Twenty_kills(string medium, string fsync, int threads, int rounds) => Rounds(medium, fsync, threads, rounds);

    private static void Rounds(string medium, string fsync, int threads, int rounds)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        string path = Path.Combine(Path.GetTempPath(), $"pkv-kill-{Guid.NewGuid():n}.pool");
        string[] options = ["--io-threads", $"{threads}", "--appendfsync", fsync, "--pool-size", "3gb"];
        if (medium == "file")
            options = [.. options, "--medium", "file", "--pool", path];
        try
        {
            using PkvServer server = PkvServer.Child(options);
            LoadClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new LoadClient(i, seed + i))];
            for (int round = 0; round < rounds; round++)
            {
                long before = clients.Sum(c => c.Acknowledged);
                Thread[] load = [.. clients.Select(c => new Thread(() => c.Run(server.Port)))];
                foreach (Thread thread in load)
                    thread.Start();
                // Not a wait for anything: the moment of the kill is the random part of the test.
                Thread.Sleep(random.Next(300, 1200));
                server.Kill();
                foreach (Thread thread in load)
                    thread.Join();
                server.Start();
                using RespClient client = server.Connect();
                List<string> wrong = [.. clients.SelectMany(c => c.Verify(client))];
                Assert.True(wrong.Count == 0, $"seed {seed}, round {round}: {wrong.Count} keys are wrong\n{string.Join('\n', wrong.Take(20))}\n{server.Output}");
                Assert.True(clients.Sum(c => c.Acknowledged) > before, $"seed {seed}: no write was acknowledged before the kill");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
