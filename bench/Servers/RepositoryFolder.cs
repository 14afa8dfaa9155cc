namespace Pkv.Bench.Servers;

/// <summary>Finds the repository that this program was built in.</summary>
internal static class RepositoryFolder
{
    /// <summary>The nearest folder above the program, else above the current directory, that holds Pkv.sln.</summary>
    public static string? Find() => Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory);

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pkv.sln"))) return folder.FullName;
        return null;
    }
}
