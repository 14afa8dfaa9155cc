namespace Pkv.Server.Configuration;

/// <summary>
/// The result of the startup arguments: options to run with, or a text to print before exiting with code 0 (<c>--help</c>,
/// <c>--version</c>), or one error line to print before exiting with code 1.
/// </summary>
public sealed class ConfigLoadResult
{
    /// <summary>The table bound to the loaded options; null if the server must not start.</summary>
    public ConfigTable? Table { get; private init; }

    /// <summary>The loaded options; null if the server must not start.</summary>
    public PkvOptions? Options => Table?.Options;

    /// <summary>Absolute path of the configuration file; null if none was given or it was standard input.</summary>
    public string? ConfigFile => Table?.ConfigFile;

    /// <summary>Names of given directives that Redis 7.0 knows and Pkv does not use.</summary>
    public IReadOnlyList<string> Ignored { get; private init; } = [];

    /// <summary>Values that were taken but are not obeyed, each a sentence with its reason.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>One line for standard error; null if nothing is wrong.</summary>
    public string? ErrorLine { get; private init; }

    /// <summary>Help or version for standard output; null if not asked for.</summary>
    public string? Text { get; private init; }

    /// <summary>The process's exit code if the server must not start.</summary>
    public int ExitCode => ErrorLine is null ? 0 : 1;

    /// <summary>The lines to log as warnings: the ignored directives in one line, then the notes.</summary>
    public IReadOnlyList<string> Warnings => Ignored.Count == 0
        ? Notes
        : [$"Directives of Redis that have no meaning here, ignored: {string.Join(", ", Ignored)}", .. Notes];

    internal static ConfigLoadResult Loaded(ConfigTable table, IReadOnlyList<string> ignored, IReadOnlyList<string> notes)
        => new() { Table = table, Ignored = ignored, Notes = notes };

    internal static ConfigLoadResult Failed(string reason) => new() { ErrorLine = $"*** FATAL CONFIG: {reason}" };

    internal static ConfigLoadResult Print(string text) => new() { Text = text };
}
