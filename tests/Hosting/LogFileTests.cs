using Microsoft.Extensions.Logging;
using Pkv.Server.Hosting;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>The log file is found anew when it was renamed or deleted, at SIGHUP in any case, and never costs the server.</summary>
public sealed class LogFileTests : IDisposable
{
    private const int PatienceMs = 20_000;
    private const string TimeFormat = "'- '";

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-log-").FullName;
    private readonly string _path;

    public LogFileTests() => _path = Path.Combine(_folder, "pkv.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_after_a_rename_is_in_a_new_file()
    {
        using FileLogProvider provider = new(_path, TimeFormat);
        ILogger logger = provider.CreateLogger("pkv");
        logger.LogInformation("before");
        File.Move(_path, _path + ".1");
        logger.LogInformation("after");
        Assert.Equal("- info: before\n", File.ReadAllText(_path + ".1"));
        Assert.Equal("- info: after\n", File.ReadAllText(_path));
    }

    [Fact]
    public void A_line_after_a_deletion_is_in_a_new_file()
    {
        using FileLogProvider provider = new(_path, TimeFormat);
        ILogger logger = provider.CreateLogger("pkv");
        logger.LogInformation("before");
        File.Delete(_path);
        logger.LogInformation("after");
        Assert.Equal("- info: after\n", File.ReadAllText(_path));
    }

    [Fact]
    public void The_old_file_is_written_on_while_there_is_no_other()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "logs")).FullName, path = Path.Combine(folder, "pkv.log");
        using FileLogProvider provider = new(path, TimeFormat);
        Directory.Move(folder, folder + ".old");
        provider.CreateLogger("pkv").LogInformation("after");
        Assert.NotNull(provider.Reopen());
        Assert.Equal("- info: after\n", File.ReadAllText(Path.Combine(folder + ".old", "pkv.log")));
        Directory.CreateDirectory(folder);
        Assert.Null(provider.Reopen());
    }

    [Fact]
    public void A_full_disk_costs_the_line_and_nothing_else()
    {
        using FileLogProvider provider = new("/dev/full", TimeFormat);
        ILogger logger = provider.CreateLogger("pkv");
        logger.LogInformation("one");
        logger.LogInformation("two");
        Assert.Null(provider.Reopen());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("trap '' HUP")] // nohup
    public void SIGHUP_opens_the_log_anew_and_ends_nobody(string before)
    {
        int port = FreePort.Next();
        using ServerRun run = new(before, $"--port {port} --bind 127.0.0.1 --pool {_folder}/p.pool --pool-size 64mb --logfile {_path}");
        using RespClient client = run.Connect(port);
        File.Move(_path, _path + ".1");
        run.Signal("HUP");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(_path) && File.ReadAllText(_path).Contains("SIGHUP: the log file was reopened", StringComparison.Ordinal), PatienceMs));
        Assert.Equal("+PONG", client.Call("PING").ToString());
        run.Signal("TERM");
        Assert.Equal(0, run.WaitForExit());
    }

    [Fact]
    public void Without_a_log_file_SIGHUP_is_ignored()
    {
        int port = FreePort.Next();
        using ServerRun run = new("true", $"--port {port} --bind 127.0.0.1 --pool {_folder}/p.pool --pool-size 64mb");
        using RespClient client = run.Connect(port);
        run.Signal("HUP");
        Assert.True(SpinWait.SpinUntil(() => run.Output.Contains("SIGHUP: ignored", StringComparison.Ordinal), PatienceMs));
        Assert.Equal("+PONG", client.Call("PING").ToString());
    }
}
