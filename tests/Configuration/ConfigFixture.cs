using Pkv.Server.Configuration;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>A folder of its own and an environment prefix of its own, so that tests do not see each other or the machine.</summary>
public abstract class ConfigFixture : IDisposable
{
    private static int prefixCount;

    private readonly string prefix = $"PKVTEST{Interlocked.Increment(ref prefixCount)}X{Environment.ProcessId}_";
    private readonly List<string> variables = [];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("pkv-config").FullName;

    public void Dispose()
    {
        foreach (string name in variables)
            Environment.SetEnvironmentVariable(name, null);
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    protected string SetVariable(string name, string value)
    {
        variables.Add(prefix + name);
        Environment.SetEnvironmentVariable(prefix + name, value);
        return prefix + name;
    }

    protected ConfigLoadResult Load(params string[] args) => LoadWithInput("", args);

    protected ConfigLoadResult LoadWithInput(string input, params string[] args) => ConfigLoader.Load(args, new ConfigSurroundings
    {
        JsonFolders = [Folder],
        EnvironmentPrefix = prefix,
        StandardInput = new StringReader(input),
    });

    protected PkvOptions Loaded(params string[] args)
    {
        ConfigLoadResult result = Load(args);
        Assert.Null(result.ErrorLine);
        return result.Options!;
    }

    protected ConfigTable LoadedTable(params string[] args)
    {
        ConfigLoadResult result = Load(args);
        Assert.Null(result.ErrorLine);
        return result.Table!;
    }

    /// <summary>The error line without its prefix; also checks that it is one line and the exit code 1.</summary>
    protected string ErrorOf(params string[] args)
    {
        ConfigLoadResult result = Load(args);
        Assert.NotNull(result.ErrorLine);
        Assert.Null(result.Options);
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain('\n', result.ErrorLine);
        Assert.StartsWith("*** FATAL CONFIG: ", result.ErrorLine);
        return result.ErrorLine["*** FATAL CONFIG: ".Length..];
    }

    protected static string GetOne(ConfigTable table, string name) => Assert.Single(table.Get(name)).Value;
}
