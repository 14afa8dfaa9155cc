using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>A start that cannot be is one line that names the place, in the log as well, and exit code 1; never a stack trace.</summary>
public sealed class StartRefusalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--unixsocket $D/missing/s.sock", "Could not create the Unix socket", "/missing/s.sock")]
    [InlineData("--unixsocket $D/folder", "Could not create the Unix socket", "/folder")]
    [InlineData("--unixsocket $D/file", "Could not create the Unix socket", "/file")]
    [InlineData("--dir $D/file", "dir '", "is a file, not a folder")]
    [InlineData("--pool $D/file/p.pool", "cannot create the folder of the pool", "/file/p.pool")]
    [InlineData("--medium file --pool-size 0 --pool $D/file/p.pool", "cannot create the folder of the pool", "/file/p.pool")]
    [InlineData("--pool $D/folder", "cannot open the pool", "/folder")]
    [InlineData("--pool $D/empty", "the file ", "/empty is not a Pkv pool (it has 0 bytes)")]
    [InlineData("--logfile $D/missing/x.log", "Can't open the log file", "/missing/x.log")]
    [InlineData("--bind 203.0.113.1", "Could not create server TCP listening socket 203.0.113.1", "bind")]
    public void One_line_names_what_is_wrong(string options, string begin, string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        File.WriteAllText(Path.Combine(_folder, "file"), "somebody's");
        File.WriteAllText(Path.Combine(_folder, "empty"), "");
        using ServerRun run = new($"cd {_folder}", $"--port {FreePort.Next()} --pool $PWD/p.pool --pool-size 64mb {options.Replace("$D", _folder, StringComparison.Ordinal)}");

        Assert.Equal(1, run.WaitForExit());
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("pkv-server: ", line);
        Assert.Contains(begin, line);
        Assert.Contains(name, line);
        Assert.Equal("somebody's", File.ReadAllText(Path.Combine(_folder, "file")));
    }

    [Fact]
    public void The_log_file_has_the_reason_too()
    {
        string log = Path.Combine(_folder, "x.log");
        using ServerRun run = new("true", $"--port {FreePort.Next()} --pool {_folder}/p.pool --pool-size 64mb --logfile {log} --unixsocket {_folder}/missing/s");

        Assert.Equal(1, run.WaitForExit());
        Assert.Contains($"pkv-server: logging to {log}", run.Error);
        Assert.Contains("pkv-server: Could not create the Unix socket", run.Error);
        Assert.Contains("crit: Could not create the Unix socket", File.ReadAllText(log));
    }

    [Fact]
    public void A_working_directory_that_was_deleted()
    {
        string gone = Path.Combine(_folder, "gone");
        using ServerRun run = new($"mkdir {gone} && cd {gone} && rmdir {gone}", $"--port {FreePort.Next()} --pool-size 64mb");

        Assert.NotEqual(0, run.WaitForExit());
        Assert.DoesNotContain("   at Pkv.", run.Error);
        Assert.DoesNotContain("Unhandled exception", run.Error);
    }

    [Fact]
    public void A_port_in_use_leaves_the_other_servers_unix_socket_alone()
    {
        string socket = Path.Combine(_folder, "s.sock");
        using PkvServer first = PkvServer.InProcess("--unixsocket", socket);
        using ServerRun second = new("true", $"--port {first.Port} --bind 127.0.0.1 --pool {_folder}/p.pool --pool-size 64mb --unixsocket {socket}");

        Assert.Equal(1, second.WaitForExit());
        Assert.Contains($"Could not create server TCP listening socket 127.0.0.1:{first.Port}", second.Error);
        Assert.True(File.Exists(socket));
    }

    [Fact]
    public void A_first_start_that_fails_leaves_no_empty_file_behind()
    {
        string pool = Path.Combine(_folder, "p.pool");
        using (ServerRun run = new("true", $"--port {FreePort.Next()} --medium file --pool {pool} --pool-size 1mb"))
            Assert.Equal(1, run.WaitForExit());
        Assert.False(File.Exists(pool));
    }
}
