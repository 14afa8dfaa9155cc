namespace Pkv.Server.Hosting;

/// <summary>A line of /proc/self/mounts.</summary>
public sealed record Mount(string Point, string Type, IReadOnlyList<string> Options)
{
    /// <summary>The mount that holds a path, or null if it cannot be determined.</summary>
    public static Mount? Of(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return File.ReadLines("/proc/self/mounts")
                .Select(line => line.Split(' '))
                .Where(f => f.Length >= 4)
                .Select(f => new Mount(f[1], f[2], f[3].Split(',')))
                .Where(m => m.Point == "/" || full == m.Point || full.StartsWith(m.Point + "/", StringComparison.Ordinal))
                .MaxBy(m => m.Point.Length);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
