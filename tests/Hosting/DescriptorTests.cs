using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>Few file descriptors: the server keeps what it needs itself, clients beyond are told, and nobody dies of it.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Clients_get_what_the_server_does_not_need()
    {
        int port = FreePort.Next();
        using ServerRun run = new("ulimit -n 256", Options(port));
        using RespClient first = run.Connect(port);
        int max = int.Parse(first.Call("CONFIG", "GET", "maxclients").Items[1].Text, CultureInfo.InvariantCulture);
        Assert.InRange(max, 2, 256 - 100);
        Assert.Contains($"reduced to {max}", run.Output);

        List<RespClient> clients = [first];
        for (int i = 1; i < max; i++)
        {
            clients.Add(new RespClient(port));
            Assert.Equal("+PONG", clients[^1].Call("PING").ToString());
        }
        for (int i = 0; i < 10; i++)
        {
            using RespClient refused = new(port);
            Assert.Equal("-ERR max number of clients reached", refused.Read().ToString());
        }
        // Each of these opens files, or runs for the first time and so loads what it needs.
        string[][] commands = [["INFO", "everything"], ["MEMORY", "STATS"], ["CLIENT", "LIST"], ["LATENCY", "DOCTOR"], ["SLOWLOG", "GET"], ["LOLWUT"]];
        foreach (string[] command in commands)
            Assert.False(first.Call(command).IsError);
        Assert.Equal("+PONG", first.Call("PING").ToString());
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public void A_limit_without_room_for_one_client_is_refused()
    {
        using ServerRun run = new("ulimit -n 150", Options(FreePort.Next()));
        Assert.Equal(1, run.WaitForExit());
        Assert.Contains("the open-file limit of 150 (ulimit -n) leaves no room for clients", run.Error);
    }

    [Fact]
    public void When_the_limit_falls_under_its_feet_newcomers_are_told_and_later_ones_served()
    {
        int port = FreePort.Next();
        using ServerRun run = new("true", Options(port));
        using RespClient first = run.Connect(port);
        first.Call("PING");
        int open = Directory.GetFileSystemEntries($"/proc/{run.Process.Id}/fd").Length;
        Limit(run, open + 2);
        List<RespClient> served = [];
        int refused = 0;
        for (int i = 0; i < 12; i++)
        {
            RespClient client = new(port);
            try
            {
                RespNode answer = client.Call("PING");
                Assert.Contains(answer.ToString(), new[] { "+PONG", "-ERR max number of clients reached" });
                refused += answer.IsError ? 1 : 0;
            }
            catch (IOException)
            {
                // Refused and closed before its PING came: the reset overtook the answer.
                refused++;
            }
            served.Add(client);
        }
        Assert.InRange(refused, 10, 12);
        Assert.Equal("+PONG", first.Call("PING").ToString());
        Limit(run, 4096);
        using RespClient late = new(port);
        Assert.Equal("+PONG", late.Call("PING").ToString());
        Assert.Contains("Accepting a client connection failed: Too many open files", run.Output);
        served.ForEach(c => c.Dispose());
    }

    private string Options(int port) => $"--port {port} --bind 127.0.0.1 --pool {_folder}/p.pool --pool-size 64mb --io-threads 2 --enable-debug-command yes";

    private static void Limit(ServerRun run, int files) =>
        Faults.LoopDisk.Run("prlimit", $"--nofile={files}:4096", "--pid", $"{run.Process.Id}");
}
