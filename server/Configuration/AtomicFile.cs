using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pkv.Server.Configuration;

/// <summary>
/// Replaces a text file so that a crash leaves the old or the new one: a temporary file beside it, fsync,
/// rename, fsync of the directory (which makes the rename itself durable). Mode bits are kept; of a symbolic
/// link the target is replaced.
/// </summary>
public static partial class AtomicFile
{
    private const int OpenReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC, the same on x86-64 and arm64

    /// <exception cref="IOException">Any step failed; the old file is still there.</exception>
    internal static void Replace(string path, IReadOnlyList<string> lines)
    {
        if (new FileInfo(path).LinkTarget is not null)
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        string temporary = $"{path}-{Environment.ProcessId}.tmp";
        try
        {
            var stream = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows() && File.Exists(path))
                stream.UnixCreateMode = File.GetUnixFileMode(path);
            using (var file = new FileStream(temporary, stream))
            {
                using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
                foreach (string line in lines)
                    writer.WriteLine(line);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>fsync of a folder: makes what was renamed in it durable.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public static void SyncDirectory(string path)
    {
        using SafeFileHandle directory = Open(path, OpenReadOnly);
        if (directory.IsInvalid || Fsync(directory) != 0)
            throw new IOException($"fsync of {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);
}
