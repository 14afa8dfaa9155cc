namespace Pkv.Tests.Support;

/// <summary>Programs that tests run beside Pkv.</summary>
public static class ProgramPath
{
    /// <summary>The path of a program on the PATH, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
