using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Servers;

/// <summary>The process: SHUTDOWN, the log file, the pid file, the banner.</summary>
public sealed class ProcessTests : IDisposable
{
    private const int ExitTimeoutMs = 20_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Shutdown_keeps_everything_and_exits_with_0()
    {
        using var server = PkvServer.Child("--always-show-logo", "yes", "--dir", _folder, "--pidfile", "pkv.pid");
        Process process = server.Process;
        string pidFile = Path.Combine(_folder, "pkv.pid");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile) && File.ReadAllText(pidFile).Length > 1, ExitTimeoutMs));
        Assert.Equal($"{process.Id}", File.ReadAllText(pidFile).Trim());
        using (RespClient client = server.Connect(), other = server.Connect())
        {
            client.SendRaw([.. RespClient.Encode("SET", "k", "v"), .. RespClient.Encode("SHUTDOWN", "NOSAVE"), .. RespClient.Encode("SET", "k", "late")]);
            Assert.Equal("+OK", client.Read().ToString());
            Assert.True(client.IsClosedByServer());
            Assert.True(other.IsClosedByServer());
        }
        Assert.True(process.WaitForExit(ExitTimeoutMs));
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(pidFile));
        Assert.Contains("survives a killed process", server.Output, StringComparison.Ordinal);
        Assert.Contains("speaks as Redis 7.0.15", server.Output, StringComparison.Ordinal);
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal("$v", again.Call("GET", "k").ToString());
    }

    [Fact]
    public void The_distributions_file_of_redis_starts_a_server()
    {
        const string path = "/etc/redis/redis.conf";
        if (!File.Exists(path))
            return;
        int port = FreePort.Next();
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "pkv-server.dll"), path, "--port", $"{port}", "--dir", _folder, "--pool", Path.Combine(_folder, "a.pool"),
            "--pool-size", "64mb", "--logfile", "", "--pidfile", "",
        ];
        using Process server = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        using RespClient client = RespClient.ConnectWhenUp(port, () => server.HasExited);
        Assert.Equal("yes", client.Call("CONFIG", "GET", "stop-writes-on-bgsave-error").Items[1].Text);
        client.Send("SHUTDOWN", "SAVE");
        Assert.Contains("Directives of Redis that have no meaning here, ignored: ", server.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.True(server.WaitForExit(ExitTimeoutMs));
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public void A_server_less_guarded_than_its_file_says_does_not_start()
    {
        string file = Path.Combine(_folder, "redis.conf");
        File.WriteAllText(file, "user default on >secret ~* &* +@all\n");
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "pkv-server.dll"), file, "--port", $"{FreePort.Next()}", "--pool", Path.Combine(_folder, "b.pool")];
        using Process server = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true })!;
        string error = server.StandardError.ReadToEnd();
        Assert.True(server.WaitForExit(ExitTimeoutMs));
        Assert.Equal(1, server.ExitCode);
        Assert.Equal($"*** FATAL CONFIG: {file}, line 1: 'user ***': not supported: there is one user, whose password is requirepass "
            + "(remove it, or set allow-unsupported yes to start without what it asks for)\n", error);
        Assert.False(File.Exists(Path.Combine(_folder, "b.pool")));
    }

    [Fact]
    public void The_log_file_takes_the_lines_that_loglevel_lets_through()
    {
        string log = Path.Combine(_folder, "pkv.log");
        int port = FreePort.Next();
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "pkv-server.dll"), "--port", $"{port}", "--dir", _folder, "--pool", Path.Combine(_folder, "a.pool"),
            "--pool-size", "64mb", "--logfile", "pkv.log", "--loglevel", "warning", "--enable-debug-command", "local",
        ];
        using Process server = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        using RespClient client = RespClient.ConnectWhenUp(port, () => server.HasExited);
        client.Call("DEBUG", "LOG", "unheard");
        client.Call("CONFIG", "SET", "loglevel", "notice");
        client.Call("DEBUG", "LOG", "heard");
        string text = File.ReadAllText(log);
        Assert.DoesNotContain("unheard", text, StringComparison.Ordinal);
        Assert.Contains("info: DEBUG LOG: heard", text, StringComparison.Ordinal);
        client.Send("SHUTDOWN");
        Assert.Equal("", server.StandardOutput.ReadToEnd());
        Assert.True(server.WaitForExit(ExitTimeoutMs));
        Assert.Equal(0, server.ExitCode);
    }
}
