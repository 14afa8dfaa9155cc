using System.ComponentModel;
using System.Diagnostics;

namespace Pkv.Tests.Faults;

/// <summary>
/// A small file system of the test's own on a loop device whose image lies, sparse, on a tmpfs of limited size. While a
/// ballast file fills the tmpfs, blocks that were never written before cannot be: the loop device answers the file
/// system's write with an error, as a failing disk would. Metadata and journal have their blocks and go on working.
/// Needs root. Disposing unmounts and detaches whatever was made.
/// </summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-loop-").FullName;
    private readonly string _backing;
    private readonly string _image;
    private bool _backingMounted, _mounted;
    private string? _device;

    /// <param name="type">ext4, or ext2 (which reserves no blocks ahead).</param>
    /// <param name="mebibytes">Size of the disk.</param>
    /// <param name="options">Mount options.</param>
    public LoopDisk(string type = "ext4", int mebibytes = 64, string options = "rw")
    {
        _backing = Path.Combine(_folder, "backing");
        _image = Path.Combine(_backing, "image");
        Folder = Path.Combine(_folder, "disk");
        Options = options;
        try
        {
            Make(type, mebibytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>The name under /sys/fs/ext4 and the like: "loop3".</summary>
    public string DeviceName => Path.GetFileName(_device!);

    private string Options { get; }

    /// <summary>Why no such disk can be made here, or null.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    /// <summary>From now on the device refuses what goes to blocks that it never wrote.</summary>
    public void Break()
    {
        using FileStream ballast = new(Path.Combine(_backing, "ballast"), FileMode.Create, FileAccess.Write, FileShare.None, 0);
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

    /// <summary>The fault is gone.</summary>
    public void Repair() => File.Delete(Path.Combine(_backing, "ballast"));

    /// <summary>Unmounts and mounts again: what comes back is what the device has, not what the page cache had.</summary>
    public void Remount()
    {
        Unmount(Folder);
        _mounted = false;
        Run("mount", "-o", Options, _device!, Folder);
        _mounted = true;
    }

    /// <summary>Runs a program. Throws with its output unless it succeeds.</summary>
    public static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim()
            : throw new IOException($"{program} {string.Join(' ', arguments)}: {errors.Result.Trim()} {output.Trim()}");
    }

    public void Dispose()
    {
        if (_mounted)
            Unmount(Folder);
        if (_device is not null)
            Run("losetup", "-d", _device);
        if (_backingMounted)
            Unmount(_backing);
        Directory.Delete(_folder, recursive: true);
    }

    // A child that another test is just starting holds copies of this process's descriptors until its exec.
    internal static void Unmount(string folder)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Run("umount", folder);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(20);
            }
        }
    }

    private void Make(string type, int mebibytes)
    {
        Directory.CreateDirectory(_backing);
        Directory.CreateDirectory(Folder);
        Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes + 4}m", "pkv-test", _backing);
        _backingMounted = true;
        Run("truncate", "-s", $"{mebibytes}M", _image);
        string extended = type == "ext4" ? "nodiscard,lazy_itable_init=0,lazy_journal_init=0" : "nodiscard";
        Run("mke2fs", "-q", "-t", type, "-b", "4096", "-m", "0", "-F", "-E", extended, _image);
        // Whole first, so that metadata and journal have their blocks; trimming then takes those of free space away again.
        Run("fallocate", "-l", $"{mebibytes}M", _image);
        _device = Run("losetup", "--find", "--show", _image);
        Run("mount", "-o", Options, _device, Folder);
        _mounted = true;
        Run("fstrim", Folder);
    }

    private static string? FindObstacle()
    {
        if (Environment.UserName != "root" && !Environment.IsPrivilegedProcess)
            return "mounting a loop device needs root";
        try
        {
            using LoopDisk disk = new(mebibytes: 16);
            return null;
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            return $"no loop device can be mounted here: {e.Message}";
        }
    }
}
