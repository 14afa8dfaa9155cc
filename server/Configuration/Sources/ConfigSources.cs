using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Pkv.Server.Configuration;

/// <summary>The configuration's sources in increasing priority, and their directives with where they come from.</summary>
internal static class ConfigSources
{
    internal const string JsonFile = "appsettings.json";
    internal const string JsonSection = "Pkv";
    internal const string EnvironmentPrefix = "PKV_";

    /// <exception cref="ConfigException">A source cannot be read.</exception>
    internal static IConfigurationRoot Build(CommandLineArguments arguments, ConfigSurroundings surroundings)
    {
        var builder = new ConfigurationBuilder();
        foreach (string folder in surroundings.JsonFolders.Distinct())
            builder.AddJsonFile(Path.Combine(folder, JsonFile), optional: true, reloadOnChange: false);
        if (arguments.ConfigFile == "-")
            builder.Add(new RedisConfSource("standard input", surroundings.StandardInput.ReadToEnd()));
        else if (arguments.ConfigFile is not null)
            builder.Add(new RedisConfSource(arguments.ConfigFile));
        builder.AddEnvironmentVariables(surroundings.EnvironmentPrefix);
        builder.AddCommandLine(arguments.Pairs);
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException failure)
        {
            throw new ConfigException($"{failure.Message} {failure.InnerException?.Message}".ReplaceLineEndings(" "));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"can't read {JsonFile}: {failure.Message}".ReplaceLineEndings(" "));
        }
    }

    /// <summary>Applies every source in turn, so that an error names its own source even if a later one overrides it.</summary>
    internal static void Apply(IConfigurationRoot root, ConfigApplier applier, ConfigSurroundings surroundings)
    {
        foreach (IConfigurationProvider provider in root.Providers)
        {
            switch (provider)
            {
                case JsonConfigurationProvider json:
                    ApplyAll(json, JsonSection, applier, key => $"{json.Source.Path} ({key})", loose: true);
                    break;
                case RedisConfProvider conf:
                    ApplyAll(conf, null, applier, conf.OriginOf, loose: false);
                    break;
                case EnvironmentVariablesConfigurationProvider environment:
                    ApplyEnvironment(environment, applier, surroundings.EnvironmentPrefix);
                    break;
                case CommandLineConfigurationProvider commandLine:
                    ApplyAll(commandLine, null, applier, static _ => "command line", loose: false);
                    break;
            }
        }
    }

    private static void ApplyAll(IConfigurationProvider provider, string? parent, ConfigApplier applier, Func<string, string> originOf, bool loose)
    {
        foreach (string name in ChildKeys(provider, parent))
        {
            string path = parent is null ? name : ConfigurationPath.Combine(parent, name);
            if (provider.TryGet(path, out string? value) && value is not null)
                applier.Apply(new ConfigDirective(name, loose ? FromJson(name, value) : value, originOf(path)), loose);
            foreach (string index in ChildKeys(provider, path))
            {
                string item = ConfigurationPath.Combine(path, index);
                if (!int.TryParse(index, out _) || !provider.TryGet(item, out string? itemValue))
                    throw new ConfigException($"{originOf(item)}: '{name}': neither a value nor a list of values");
                applier.Apply(new ConfigDirective(name, itemValue ?? "", originOf(item)), loose);
            }
        }
    }

    /// <summary>
    /// Unknown variables are noted, not refused: container platforms set variables of their own that start
    /// with a service's name (PKV_SERVICE_HOST, and PKV_PORT=tcp://… for a service called pkv).
    /// </summary>
    private static void ApplyEnvironment(IConfigurationProvider provider, ConfigApplier applier, string prefix)
    {
        foreach (string name in ChildKeys(provider, null))
        {
            string origin = $"environment variable {prefix}{name}";
            if (!provider.TryGet(name, out string? value) || value is null)
                continue;
            bool known = OptionRows.FindLoose(name) is not null;
            if (!known || value.StartsWith("tcp://", StringComparison.Ordinal))
                applier.Note($"{origin} is ignored: {(known ? "a service address, not a value" : "no such option")}");
            else
                applier.Apply(new ConfigDirective(name.ToLowerInvariant().Replace('_', '-'), value, origin), loose: true);
        }
    }

    private static List<string> ChildKeys(IConfigurationProvider provider, string? parent)
        => [.. provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>JSON's true and false arrive as True and False.</summary>
    private static string FromJson(string name, string value) => (OptionRows.FindLoose(name)?.Kind, value) switch
    {
        (ConfigKind.Flag, "True") => "yes",
        (ConfigKind.Flag, "False") => "no",
        _ => value,
    };
}
