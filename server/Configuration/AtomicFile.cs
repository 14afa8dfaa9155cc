using Pkv.Linux;

namespace Pkv.Server.Configuration;

/// <summary>
/// Replaces a file so that a crash leaves the old or the new one: a temporary file beside it, fsync,
/// rename, fsync of the directory (which makes the rename itself durable). Mode bits are kept; of a symbolic
/// link the target is replaced.
/// </summary>
public static class AtomicFile
{
    /// <exception cref="IOException">Any step failed; the old file is still there.</exception>
    internal static void Replace(string path, IReadOnlyList<string> lines) => Replace(path, file =>
    {
        using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in lines)
            writer.WriteLine(line);
    });

    /// <inheritdoc cref="Replace(string, IReadOnlyList{string})"/>
    internal static void Replace(string path, byte[] content) => Replace(path, file => file.Write(content));

    private static void Replace(string path, Action<FileStream> write)
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
                write(file);
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
        int directory = FileCalls.Open(path, FileCalls.ORdOnly | FileCalls.OCloExec, 0);
        string? failure = directory < 0 || FileCalls.Fsync(directory) != 0 ? Errno.LastMessage() : null;
        if (directory >= 0)
            _ = FileCalls.Close(directory);
        if (failure is not null)
            throw new IOException($"fsync of {path} failed: {failure}");
    }
}
