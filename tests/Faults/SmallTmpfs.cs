using System.ComponentModel;

namespace Pkv.Tests.Faults;

/// <summary>A tmpfs of a stated size of the test's own. Needs root. Disposing unmounts it.</summary>
internal sealed class SmallTmpfs : IDisposable
{
    public SmallTmpfs(int mebibytes)
    {
        Folder = Directory.CreateTempSubdirectory("pkv-tmpfs-").FullName;
        try
        {
            LoopDisk.Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "pkv-test", Folder);
        }
        catch
        {
            Directory.Delete(Folder);
            throw;
        }
    }

    public string Folder { get; }

    /// <summary>Why none can be made here, or null.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    /// <summary>Another file takes all the room that is left.</summary>
    public void Fill()
    {
        using FileStream ballast = new(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
                ballast.Write(page);
        }
        catch (IOException)
        {
            // full
        }
    }

    /// <summary>The other file is gone.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        LoopDisk.Unmount(Folder);
        Directory.Delete(Folder);
    }

    private string Ballast => Path.Combine(Folder, "ballast");

    private static string? FindObstacle()
    {
        if (!Environment.IsPrivilegedProcess)
            return "mounting a tmpfs needs root";
        try
        {
            using SmallTmpfs tmpfs = new(1);
            return null;
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            return $"no tmpfs can be mounted here: {e.Message}";
        }
    }
}
