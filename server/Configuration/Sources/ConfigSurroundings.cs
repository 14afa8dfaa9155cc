namespace Pkv.Server.Configuration;

/// <summary>What the loader takes from the process, apart from its arguments; tests pass their own.</summary>
internal sealed class ConfigSurroundings
{
    /// <summary>Folders that may hold <c>appsettings.json</c>, in increasing priority.</summary>
    internal IReadOnlyList<string> JsonFolders { get; init; } = [AppContext.BaseDirectory.TrimEnd('/'), .. WorkingFolder()];

    /// <summary>Prefix of environment variables.</summary>
    internal string EnvironmentPrefix { get; init; } = ConfigSources.EnvironmentPrefix;

    /// <summary>Read when the configuration file is <c>-</c>.</summary>
    internal TextReader StandardInput { get; init; } = Console.In;

    // One that was deleted has no name.
    private static string[] WorkingFolder()
    {
        try
        {
            return [Environment.CurrentDirectory];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
