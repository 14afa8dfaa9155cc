using System.Diagnostics;
using System.Text;
using Pkv.Tests.Support;

namespace Pkv.Tests.Hosting;

/// <summary>A pkv-server process started through a shell, so that limits and the working directory can be set for it alone.</summary>
internal sealed class ServerRun : IDisposable
{
    private const int ExitTimeoutMs = 60_000;

    private readonly StringBuilder _output = new(), _error = new();

    /// <param name="before">What the shell does first: "ulimit -n 200".</param>
    /// <param name="arguments">The server's arguments, as words of the shell.</param>
    public ServerRun(string before, string arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "pkv-server.dll");
        Process = Process.Start(new ProcessStartInfo("bash", ["-c", $"{before} && exec dotnet {program} {arguments}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        Process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>The first client, as soon as the server listens.</summary>
    public RespClient Connect(int port) => RespClient.ConnectWhenUp(port, () => Process.HasExited);

    /// <summary>Sends a signal by name: "HUP".</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{Process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The exit code of a server that ends by itself, when all it said has been read.</summary>
    public int WaitForExit()
    {
        if (!Process.WaitForExit(ExitTimeoutMs))
            throw new TimeoutException($"pkv-server did not end\n{Output}\n{Error}");
        Process.WaitForExit();
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
            text.Append(line is null ? "" : line + "\n");
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
