using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>pkv ping tells by its exit code whether a server serves: what a health check needs.</summary>
public sealed class PingTests
{
    [Fact]
    public void A_server_that_serves_answers_and_one_that_stopped_does_not()
    {
        using PkvServer server = new();
        string port = $"{server.Port}";
        CliRun run = CliRun.Of("ping", "--port", port);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal("PONG", run.Out.Trim());
        server.Stop();
        run = CliRun.Of("ping", "--port", port);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Contains($"no answer from 127.0.0.1:{port}", run.Out);
    }

    [Fact]
    public void An_error_is_no_PONG()
    {
        using PkvServer server = PkvServer.InProcess("--requirepass", "secret");
        CliRun run = CliRun.Of("ping", "--port", $"{server.Port}");
        Assert.True(run.Code == 1, run.ToString());
        Assert.Contains("NOAUTH", run.Out);
    }

    /// <summary>As in a container: the check inherits the server's variables.</summary>
    [Fact]
    public void Port_and_password_come_from_the_servers_variables()
    {
        using PkvServer server = PkvServer.InProcess("--requirepass", "pässword");
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "pkv.dll"), "ping"]) { RedirectStandardOutput = true };
        start.Environment["PKV_PORT"] = $"{server.Port}";
        start.Environment["PKV_REQUIREPASS"] = "pässword";
        using Process ping = Process.Start(start)!;
        Assert.Equal("PONG", ping.StandardOutput.ReadToEnd().Trim());
        ping.WaitForExit();
        Assert.Equal(0, ping.ExitCode);
    }

    [Theory]
    [InlineData("ping", "--port", "many")]
    [InlineData("ping", "--port", "0")]
    [InlineData("ping", "pool")]
    public void Wrong_use_is_refused(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.True(run.Code == 2, run.ToString());
    }
}
