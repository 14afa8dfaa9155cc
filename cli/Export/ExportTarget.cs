using Pkv.Server.Configuration;

namespace Pkv.Cli.Export;

/// <summary>
/// The target of an export: a file, or a folder in Redis 7's layout of append-only files. Written under another name, flushed
/// to the device and then renamed, so that under its own name there is a whole export or none. Never replaces anything.
/// </summary>
internal sealed class ExportTarget : IDisposable
{
    private const string BaseName = "appendonly.aof.1.base.aof";
    private const string ManifestName = "appendonly.aof.manifest";
    private const int BufferBytes = 1 << 20;

    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _isFolder;

    public ExportTarget(string path, bool isFolder)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _temporary = $"{_path}.{Environment.ProcessId}.tmp";
        _isFolder = isFolder;
        if (Path.Exists(_path))
            throw new CliException($"{path} already exists and will not be overwritten");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BufferBytes };
        // As the pool: it holds everything in clear text.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            if (isFolder)
                Directory.CreateDirectory(_temporary);
            Stream = new FileStream(isFolder ? Path.Combine(_temporary, BaseName) : _temporary, options);
        }
        catch
        {
            Delete();
            throw;
        }
    }

    public FileStream Stream { get; }

    /// <summary>Everything is written: makes it durable and gives it its name.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        if (_isFolder)
        {
            using (FileStream manifest = new(Path.Combine(_temporary, ManifestName), FileMode.CreateNew))
            {
                manifest.Write("file appendonly.aof.1.base.aof seq 1 type b\n"u8);
                manifest.Flush(flushToDisk: true);
            }
            AtomicFile.SyncDirectory(_temporary);
            Directory.Move(_temporary, _path);
        }
        else
            File.Move(_temporary, _path, overwrite: false);
        AtomicFile.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    /// <summary>What was not completed is removed.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A file that could not be written to a full device is useless, and the caller has reported why.
        }
        Delete();
    }

    private void Delete()
    {
        if (_isFolder && Directory.Exists(_temporary))
            Directory.Delete(_temporary, recursive: true);
        else if (!_isFolder)
            File.Delete(_temporary);
    }
}
