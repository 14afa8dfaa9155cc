using Pkv.Tests.Crash;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Dax;

/// <summary>
/// The server on ext4 -o dax of an emulated NVDIMM, mapped with MAP_SYNC: the machine is killed at a random moment under
/// load, and again while it recovers; every acknowledged write is there, nothing is torn. The emulator has no cache that a
/// power loss could take: a missing flush is the simulated medium's to find, not this test's.
/// </summary>
[Trait("Category", "Long")]
public sealed class DaxCrashTests(GuestImage image, ITestOutputHelper log) : IClassFixture<GuestImage>
{
    private const long MemoryBytes = 512L << 20;
    private const int Clients = 3;

    [DaxTheory]
    [InlineData(2)]
    public void Acknowledged_writes_outlive_the_machine(int rounds)
    {
        AssertParts();
        int seed = Random.Shared.Next();
        Random random = new(seed);
        string memory = image.NewMemory(MemoryBytes, fileSystemOffset: 2 << 20);
        LoadClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new LoadClient(i, seed + i))];
        for (int round = 0; round < rounds; round++)
        {
            long before = clients.Sum(c => c.Acknowledged);
            using (DaxMachine machine = new(image, memory, "nvdimm", "dax"))
            {
                machine.WaitFor(DaxMachine.Ready);
                AssertDax(machine);
                LoadUntilKilled(machine, clients, before, random);
            }
            Assert.True(clients.Sum(c => c.Acknowledged) > before, $"seed {seed}: no write was acknowledged before the kill");
            using (DaxMachine recovering = new(image, memory, "nvdimm", "dax"))
            {
                // The server has said what it runs on, and begins to recover.
                recovering.WaitFor("Medium dax");
                Thread.Sleep(random.Next(2500));
                recovering.Kill();
            }
            using DaxMachine again = new(image, memory, "nvdimm", "dax");
            again.WaitFor(DaxMachine.Ready);
            using RespClient client = new(again.Port);
            List<string> wrong = [.. clients.SelectMany(c => c.Verify(client))];
            Assert.True(wrong.Count == 0, $"seed {seed}, round {round}: {wrong.Count} keys are wrong\n{string.Join('\n', wrong.Take(20))}\n{again.Output}");
            Assert.Contains("Recovered ", again.Output);
            log.WriteLine($"round {round}: {clients.Sum(c => c.Acknowledged) - before} writes acknowledged before the kill\n{again.Output}");
        }
    }

    [DaxTheory]
    [InlineData("nvdimm", "dax=never", "which is not mounted with dax")]
    [InlineData("virtio", "dax", "not usable as persistent memory: ")]
    public void Where_the_mapping_would_not_be_persistent_the_server_falls_back_and_says_why(string device, string mount, string reason)
    {
        AssertParts();
        string memory = image.NewMemory(MemoryBytes, device == "nvdimm" ? 2 << 20 : 0);
        using DaxMachine machine = new(image, memory, device, mount);
        machine.WaitFor(DaxMachine.Ready);
        Assert.Contains("Medium file (", machine.Output);
        Assert.Contains(reason, machine.Output);
        using RespClient client = new(machine.Port);
        Assert.Equal("+OK", client.Call("SET", "k", "v").ToString());
        string info = client.Call("INFO", "persistence").Text;
        Assert.Contains("pkv_medium:file", info);
        Assert.Contains(reason.Trim(), info);
    }

    private void AssertParts() => Assert.True(image.IsMade, $"missing here: {GuestParts.Missing()}");

    private static void AssertDax(DaxMachine machine)
    {
        Assert.Contains("mounted with dax (/pmem)", machine.Output);
        Assert.Contains("survives a killed process, a kernel crash and a power loss (MAP_SYNC; libpmem2", machine.Output);
        using RespClient client = new(machine.Port);
        string info = client.Call("INFO", "persistence").Text;
        Assert.Contains("pkv_medium:dax", info);
        Assert.Contains("pkv_appendfsync:not needed", info);
        Assert.Contains("MAP_SYNC", info);
    }

    private static void LoadUntilKilled(DaxMachine machine, LoadClient[] clients, long before, Random random)
    {
        Thread[] load = [.. clients.Select(c => new Thread(() => c.Run(machine.Port)))];
        foreach (Thread thread in load)
            thread.Start();
        Assert.True(SpinWait.SpinUntil(() => clients.Sum(c => c.Acknowledged) > before + 100, 120_000), machine.Output);
        // Not a wait for anything: the moment of the kill is the random part of the test.
        Thread.Sleep(random.Next(3000));
        machine.Kill();
        foreach (Thread thread in load)
            thread.Join();
    }
}
