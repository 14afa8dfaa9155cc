using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>
/// Scenario scripts of clients in other languages: who can run them, and one run. A script takes a port and the names of
/// scenarios, prints a line for each that held, and exits with 1 at the first difference.
/// </summary>
internal static class ClientScript
{
    private const int TimeoutMs = 180_000;

    private static readonly Lazy<string?> FoundPython = new(() => FindPython("import redis"));
    private static readonly Lazy<string?> FoundCelery = new(() => FindPython("import celery, redis"));
    private static readonly Lazy<string?> FoundRuby = new(FindRuby);

    /// <summary>What every client's script offers.</summary>
    public static string[] Scenarios { get; } = ["cache", "queue", "leaderboard", "session", "fanout", "transaction"];

    /// <summary>A Python that has redis-py, or null.</summary>
    public static string? Python => FoundPython.Value;

    /// <summary>A Python that has Celery, or null.</summary>
    public static string? Celery => FoundCelery.Value;

    /// <summary>A Ruby that has Sidekiq, or null.</summary>
    public static string? Ruby => FoundRuby.Value;

    /// <summary>Why a language's scripts cannot be run here, or null.</summary>
    public static string? Obstacle(ScriptLanguage language) => language switch
    {
        ScriptLanguage.Node when ProgramPath.Find("node") is null || ProgramPath.Find("npm") is null =>
            "node or npm is not on the PATH; install them (Debian: nodejs npm) to test their clients",
        ScriptLanguage.Python when Python is null => "no python3 has redis-py; install it (Debian: python3-redis) to test it",
        ScriptLanguage.Celery when Celery is null => "no python3 has Celery; install it (Debian: python3-celery python3-redis) to test it",
        ScriptLanguage.Sidekiq when Ruby is null || ProgramPath.Find("sidekiq") is null => "no ruby has Sidekiq; install it (Debian: ruby-sidekiq) to test it",
        _ => null,
    };

    /// <summary>The same for a caller that cannot do without.</summary>
    /// <exception cref="InvalidOperationException">There is an obstacle.</exception>
    public static void Require(ScriptLanguage language)
    {
        if (Obstacle(language) is { } obstacle)
            throw new InvalidOperationException(obstacle);
    }

    /// <summary>Runs a program to its end in a folder; it fails the test with all it printed unless it exits with 0.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string printed = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}:\n{printed}");
        return printed;
    }

    // The first on the PATH may be another than the one that the system's packages are for.
    private static string? FindPython(string imports) =>
        new[] { ProgramPath.Find("python3"), "/usr/bin/python3" }.FirstOrDefault(program => program is not null && File.Exists(program) && Passes(program, "-c", imports));

    private static string? FindRuby() =>
        new[] { ProgramPath.Find("ruby"), "/usr/bin/ruby" }.FirstOrDefault(program => program is not null && File.Exists(program) && Passes(program, "-e", "require 'sidekiq'"));

    private static bool Passes(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
