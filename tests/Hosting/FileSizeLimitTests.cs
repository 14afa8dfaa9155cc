using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>ulimit -f is met like a full device: what fits below it is taken, the rest refused, and nobody is ended by SIGXFSZ.</summary>
public sealed class FileSizeLimitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-size-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_pool_grows_up_to_the_limit_and_refuses_writes_then()
    {
        int port = FreePort.Next();
        // 60 MiB; without the variable the runtime needs 2 GiB for itself.
        using ServerRun run = new("export DOTNET_EnableWriteXorExecute=0 && ulimit -f 61440",
            $"--port {port} --bind 127.0.0.1 --medium file --pool {_folder}/p.pool --pool-size 512mb");
        using RespClient client = run.Connect(port);
        int taken = 0;
        string answer;
        while ((answer = client.Call("SET", $"k{taken}", new string('v', 50_000)).ToString()) == "+OK")
            taken++;
        Assert.Equal("-OOM command not allowed when used memory > 'maxmemory' (the pool's file cannot grow).", answer);
        Assert.InRange(taken, 1, 60 * 20);
        Assert.Equal(":1", client.Call("DEL", "k0").ToString());
        Assert.InRange(new FileInfo(Path.Combine(_folder, "p.pool")).Length, 50 << 20, 60 << 20);
        run.Signal("TERM");
        Assert.Equal(0, run.WaitForExit());
    }
}
