using Microsoft.Extensions.Logging.Abstractions;
using Pkv.Cli.Terminal;
using Pkv.Persistence.Media;
using Pkv.Server.Configuration;
using Pkv.Server.Offline;

namespace Pkv.Cli.Import;

/// <summary>
/// The pool that is written. A new one is made under another name and gets its own when everything is in it and on the
/// device, so that half of an import is never taken for one; an existing one is written in place.
/// </summary>
internal sealed class PoolTarget : IDisposable
{
    private readonly string _path;
    private readonly string? _temporary;
    private bool _isOpen = true;

    private PoolTarget(string path, string? temporary, PoolSession session)
    {
        _path = path;
        _temporary = temporary;
        Session = session;
        WasEmpty = session.KeyCount == 0;
    }

    public PoolSession Session { get; }

    /// <summary>There was no key before.</summary>
    public bool WasEmpty { get; }

    /// <param name="path">The pool.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="databases">Databases that will be used.</param>
    /// <param name="appends">It may hold keys already.</param>
    /// <param name="terminal">Shows the progress.</param>
    public static PoolTarget Open(string path, PoolTargetOptions options, int databases, bool appends, CliTerminal terminal)
    {
        path = Path.GetFullPath(path);
        bool isNew = !Path.Exists(path);
        bool isDevice = path.StartsWith("/dev/dax", StringComparison.Ordinal);
        if (!isNew && !isDevice && !IsBlank(path))
            databases = Math.Max(databases, Inspect(path, options.Medium, appends, terminal));
        string? temporary = isNew ? $"{path}.{Environment.ProcessId}.tmp" : null;
        PoolSession session;
        try
        {
            session = PoolSession.Open(temporary ?? path, options.Medium, options.PoolBytes, databases, NullLogger.Instance, terminal.Progress);
        }
        catch when (temporary is not null)
        {
            File.Delete(temporary);
            throw;
        }
        PoolTarget target = new(path, temporary, session);
        if (target.WasEmpty || appends)
            return target;
        target.Dispose();
        throw NotEmpty(path, target.Session.KeyCount);
    }

    /// <summary>Everything is in it: makes it durable, closes it and gives it its name.</summary>
    public void Complete()
    {
        Session.Save();
        Close();
        if (_temporary is null)
            return;
        File.Move(_temporary, _path, overwrite: false);
        AtomicFile.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    /// <summary>A new pool that was not completed is removed.</summary>
    public void Dispose()
    {
        try
        {
            Close();
        }
        finally
        {
            if (_temporary is not null)
                File.Delete(_temporary);
        }
    }

    private void Close()
    {
        if (_isOpen)
            Session.Dispose();
        _isOpen = false;
    }

    // Nothing was made in it yet, or not to the end: whether it may be is for the server's code to say.
    private static bool IsBlank(string path) => !Directory.Exists(path) && ReadOnlyMedium.BeginsWithZeros(path);

    // Looked at before it is opened for writing: whether it may be written, and which databases it has.
    private static int Inspect(string path, MediumChoice medium, bool appends, CliTerminal terminal)
    {
        using OfflinePool pool = OfflinePool.Open(path, medium, Environment.ProcessorCount, terminal.Progress);
        if (pool.Damages.Count > 0)
            throw new CliException($"the pool {path} is damaged in {pool.Damages.Count} place(s), listed by pkv check");
        if (pool.Replay() is { } error)
            throw new CliException($"the pool {path} cannot be replayed: {error}");
        return pool.KeyCount == 0 || appends ? pool.Databases : throw NotEmpty(path, pool.KeyCount);
    }

    private static CliException NotEmpty(string path, long keys) =>
        new($"the pool {path} holds {Printable.Number(keys)} keys: use --append to add to them");
}
