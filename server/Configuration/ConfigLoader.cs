using Microsoft.Extensions.Configuration;

namespace Pkv.Server.Configuration;

/// <summary>
/// Loads the configuration from, in increasing priority: built-in defaults, <c>appsettings.json</c> (beside the
/// program, then in the working directory), a <c>redis.conf</c>-style file, <c>PKV_…</c> variables, the
/// command line. Every value is checked, including those that a later source overrides.
/// </summary>
public static class ConfigLoader
{
    /// <summary>Loads for these arguments; never exits and never throws for a wrong configuration.</summary>
    public static ConfigLoadResult Load(string[] args) => Load(args, new ConfigSurroundings());

    internal static ConfigLoadResult Load(string[] args, ConfigSurroundings surroundings)
    {
        if (CommandLineArguments.AskForHelp(args))
            return ConfigLoadResult.Print(ConfigDocs.Help());
        if (CommandLineArguments.AskForVersion(args))
            return ConfigLoadResult.Print(ConfigDocs.Version());
        try
        {
            var arguments = CommandLineArguments.Parse(args);
            var options = new PkvOptions();
            var applier = new ConfigApplier(options);
            ConfigSources.Apply(ConfigSources.Build(arguments, surroundings), applier, surroundings);
            ConfigValidation.Check(options, applier.OriginOf);
            ConfigValidation.CheckSupport(options, applier.OriginOf, applier.Note);
            string? file = arguments.ConfigFile is null or "-" ? null : Path.GetFullPath(arguments.ConfigFile);
            return ConfigLoadResult.Loaded(new ConfigTable(options, file), applier.Ignored, applier.Notes);
        }
        catch (ConfigException failure)
        {
            return ConfigLoadResult.Failed(failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A path that cannot be made whole: the working directory is gone.
            return ConfigLoadResult.Failed(failure.Message.ReplaceLineEndings(" "));
        }
    }
}
