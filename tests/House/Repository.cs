namespace Pkv.Tests.House;

/// <summary>The files of the working copy that the tests were built from, without what a build leaves behind.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "TestResults", "data"];

    /// <summary>The folder that holds Pkv.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all files with this extension (".cs"), relative to the root, with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> Files(string extension) =>
        [.. Walk(new DirectoryInfo(Root)).Select(f => Path.GetRelativePath(Root, f.FullName).Replace('\\', '/'))
            .Where(f => f.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether a file or folder of this relative path is there.</summary>
    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories()
            .Where(d => !Built.Contains(d.Name) && (d.Name[0] != '.' || d.Name == ".ci")).SelectMany(Walk));

    private static string FindRoot()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Pkv.sln")))
                return at;
        }
        throw new InvalidOperationException($"no Pkv.sln above {AppContext.BaseDirectory}");
    }
}
