using Pkv.Persistence.Media;

namespace Pkv.Tests.Persistence;

/// <summary>Where direct writes can be tested: beside the tests' own program, as /tmp and /dev/shm may be memory.</summary>
internal static class DirectDisk
{
    public static string Folder => AppContext.BaseDirectory;

    /// <summary>Why direct writes cannot be tested here, or null.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public static string NewPath() => Path.Combine(Folder, $"direct-{Guid.NewGuid():n}.pool");

    private static string? FindObstacle()
    {
        string path = NewPath();
        try
        {
            using DirectFileMedium? medium = DirectFileMedium.TryOpen(path, 8 << 20, out string obstacle);
            return medium is null ? obstacle : null;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
