using Pkv.Engine.Execution;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>
/// An exception inside a command: one that only reads costs its client the connection and nobody else anything; one that
/// writes ends the server, with the reason.
/// </summary>
public sealed class ContainmentTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void A_reading_command_that_throws_costs_its_client_alone(string threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", threads);
        server.MayFail = true;
        using RespClient other = server.Connect();
        other.Call("SET", "k", "v");
        using (new BrokenCommand(server.Host, "get", LockMode.Keys))
        using (RespClient victim = server.Connect())
        {
            victim.SendRaw([.. RespClient.Encode("SET", "before", "1"), .. RespClient.Encode("GET", "k"), .. RespClient.Encode("SET", "behind", "1")]);
            Assert.Equal("+OK", victim.Read().ToString());
            Assert.Equal("-ERR internal error, see the server's log; the connection is closed", victim.Read().ToString());
            Assert.True(victim.IsClosedByServer());
        }
        // The key's stripe is free again, and what came before in the pipeline counts.
        Assert.Equal("$v", other.Call("GET", "k").ToString());
        Assert.Equal("+OK", other.Call("SET", "k", "w").ToString());
        Assert.Equal("$1", other.Call("GET", "before").ToString());
        Assert.True(other.Call("GET", "behind").IsNull);
        Assert.Null(server.Host.State.Fatal);
    }

    [Fact]
    public void A_large_command_that_throws_gives_its_space_back()
    {
        using PkvServer server = new() { MayFail = true };
        using BrokenCommand echo = new(server.Host, "echo", LockMode.None);
        for (int i = 0; i < 3; i++)
        {
            using RespClient victim = server.Connect();
            Assert.StartsWith("-ERR internal error", victim.Call("ECHO", new string('x', 3_000_000)).ToString());
            Assert.True(victim.IsClosedByServer());
        }
        echo.Dispose();
        using RespClient other = server.Connect();
        Assert.Equal(3_000_000, other.Call("ECHO", new string('x', 3_000_000)).Text.Length);
    }

    // What the script has begun could not be undone by who contains it: the thread would take no locks any more.
    [Theory]
    [InlineData("EVAL")]
    [InlineData("EVAL_RO")]
    public void A_reading_command_of_a_script_that_throws_ends_the_server_with_a_reason(string command)
    {
        using PkvServer server = new() { MayFail = true };
        using BrokenCommand get = new(server.Host, "get", LockMode.Keys);
        using RespClient victim = server.Connect();
        victim.TimeoutMs = 5000;
        victim.Send(command, "return redis.call('get', KEYS[1])", "1", "k");
        Assert.True(server.Host.State.ShutdownRequested.Wait(60_000, TestContext.Current.CancellationToken), "the server goes on");
        Assert.Contains("FATAL BUG in pkv-io-0, get (BrokenCommand.Throw): InvalidTimeZoneException: on purpose", server.Host.State.Fatal!.Line);
    }

    [Fact]
    public void A_writing_command_that_throws_ends_the_server_with_a_reason()
    {
        using PkvServer server = new() { MayFail = true };
        using BrokenCommand set = new(server.Host, "set", LockMode.Keys);
        using RespClient victim = server.Connect();
        victim.Send("SET", "k", "v");
        server.Host.WaitForShutdown();
        Assert.Equal("BUG", server.Host.State.Fatal!.Reason);
        Assert.Contains("FATAL BUG in pkv-io-0, set (BrokenCommand.Throw): InvalidTimeZoneException: on purpose", server.Host.State.Fatal.Line);
        Assert.Contains("exit code 70", server.Host.State.Fatal.Line);
    }
}
