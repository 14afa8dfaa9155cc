using Microsoft.Extensions.Logging;
using Pkv.Persistence.Media;

namespace Pkv.Server.Hosting;

/// <summary>
/// Checks periodically whether the pool's file still has its name. A deleted file exists as long as the server has it open
/// and is lost when the server stops, with everything ever acknowledged. Therefore writes are refused once this is noticed,
/// and the log repeats the warning. When the file is back under its name, the server continues normally. Runs on the thread
/// pool.
/// </summary>
internal sealed class PoolFileWatch : IDisposable
{
    internal const int PeriodMs = 1000;
    private const int SayEveryMs = 60_000;
    private const int NoEntry = 2, NoFolder = 20;

    private readonly ServerState _server;
    private readonly ILogger _logger;
    private readonly FileIdentity _pool;
    private readonly Lock _lock = new();
    private readonly Timer? _timer;
    private long _saidAtMs;

    public PoolFileWatch(ServerState server, ILogger logger)
    {
        _server = server;
        _logger = logger;
        // A medium that is not a file has no name to lose.
        if (FileIdentity.Of(server.PoolPath, out _pool) == 0)
            _timer = new Timer(_ => Look(), null, PeriodMs, PeriodMs);
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Looks now.</summary>
    public void Look()
    {
        lock (_lock)
        {
            int error = FileIdentity.Of(_server.PoolPath, out FileIdentity now);
            bool isThere = error == 0 && now.IsSameFile(_pool);
            // A folder that cannot be searched, or a device that does not answer, says nothing about the file.
            if (!isThere && error is not (0 or NoEntry or NoFolder))
                return;
            if (isThere && _server.Engine.PoolFileMissing)
                _logger.LogWarning("The pool's file is back at {Path}: writes are accepted again", _server.PoolPath);
            bool isNews = !isThere && !_server.Engine.PoolFileMissing;
            _server.Engine.PoolFileMissing = !isThere;
            if (!isThere && (isNews || Environment.TickCount64 - _saidAtMs >= SayEveryMs))
                Warn(isReplaced: error == 0);
        }
    }

    private void Warn(bool isReplaced)
    {
        _saidAtMs = Environment.TickCount64;
        _logger.LogCritical(
            "The pool's file {Path} was {What}: everything in it will be lost when this server stops, and writes are refused until the file is back. "
            + "Do not stop the server: copy {Copy} to a file elsewhere, then stop the server, move the copy to {Path} and start the server again",
            _server.PoolPath, isReplaced ? "replaced by another file" : "deleted or moved away", OpenName(), _server.PoolPath);
    }

    // The name by which the kernel still gives the file to others.
    private string OpenName()
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (FileIdentity.Of(entry, out FileIdentity open) == 0 && open.IsSameFile(_pool))
                return $"/proc/{Environment.ProcessId}/fd/{Path.GetFileName(entry)}";
        }
        return $"/proc/{Environment.ProcessId}/fd/…";
    }
}
