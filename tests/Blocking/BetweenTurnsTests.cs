using Pkv.Server.Net;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>What a blocked client leaves with its thread once it is served.</summary>
public sealed class BetweenTurnsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Between_turns_nobody_s_commands_run(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}");
        using RespClient waiting = server.Connect(), other = server.Connect();
        foreach (string[] wakes in (string[][])[["RPUSH", "list", "a"], ["CLIENT", "UNBLOCK", $"{waiting.Call("CLIENT", "ID").Integer}"]])
        {
            waiting.Send("BLPOP", "list", "0");
            while (!other.Call("INFO", "clients").Text.Contains("blocked_clients:1\r\n", StringComparison.Ordinal))
            {
            }
            other.Call(wakes);
            waiting.Read();
            foreach (IoThread thread in server.Host.State.Threads)
                Assert.True(SpinWait.SpinUntil(() => thread.Current is null, 10_000), $"after {wakes[0]} a client is still being served");
        }
        // A deadline that passes.
        waiting.Call("BLPOP", "list", "0.01");
        foreach (IoThread thread in server.Host.State.Threads)
            Assert.True(SpinWait.SpinUntil(() => thread.Current is null, 10_000), "after its time a client is still being served");
    }
}
