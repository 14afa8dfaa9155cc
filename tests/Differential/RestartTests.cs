using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>What drawn commands left behind is there again, to the byte and the millisecond, after a stop and after a SIGKILL.</summary>
public sealed class RestartTests
{
    private const int RunCommands = 3_000;

    [Fact]
    public void After_a_stop_everything_is_there_again()
    {
        using var server = PkvServer.InProcess("--io-threads", "2");
        for (int seed = 1; seed <= 6; seed++)
            RunAndRestart(server, seed, server.Stop);
    }

    [Fact]
    public void After_a_kill_everything_is_there_again()
    {
        using var server = PkvServer.Child("--io-threads", "2");
        for (int seed = 101; seed <= 103; seed++)
            RunAndRestart(server, seed, server.Kill);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void After_many_kills_everything_is_there_again()
    {
        using var server = PkvServer.Child("--io-threads", "2");
        int first = LongRun.FirstSeed();
        for (int seed = first; seed < first + LongRun.Part(40); seed++)
            RunAndRestart(server, seed, server.Kill);
    }

    [Fact]
    public void Commands_that_were_renamed_are_there_again_under_any_name()
    {
        string[] renamed = ["--rename-command", "SET STORE", "--rename-command", "SETEX SET"];
        using var server = PkvServer.InProcess(renamed);
        using (RespClient client = server.Connect())
        {
            Assert.Equal("+OK", client.Call("store", "a", "1").ToString());
            Assert.Equal("+OK", client.Call("set", "b", "1000", "2").ToString());
            client.Pipeline([["MULTI"], ["STORE", "c", "3"], ["EXEC"]]);
            Assert.Equal(4, client.Call("APPEND", "d", "tail").Integer);
        }

        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("*[$1, $2, $3, $tail]", again.Call("MGET", "a", "b", "c", "d").ToString());
    }

    // The data set grows from run to run: nothing is flushed in between.
    private static void RunAndRestart(PkvServer server, int seed, Action end)
    {
        var stream = new CommandStream(seed, clients: 1, [.. ShapeGroups.All]);
        using (RespClient client = server.Connect())
            client.Pipeline([.. stream.Draw(RunCommands).Select(command => command.Arguments)]);
        Dictionary<(int Database, string Key), DataSet.Held> before = DataSet.Capture(server.Connect);
        end();
        server.Start();
        string? difference = DataSet.Difference(before, DataSet.Capture(server.Connect), toleranceMs: 0);
        Assert.True(difference is null, $"seed {seed}, before and after: {difference}");
    }
}
