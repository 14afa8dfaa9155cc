using Microsoft.Extensions.Logging;

namespace Pkv.Server.Hosting;

/// <summary>
/// The file that holds the process id while the server runs. As in Redis, a failure to write it does not stop the start.
/// </summary>
internal sealed class PidFile : IDisposable
{
    private readonly string? _path;

    public PidFile(string path, ILogger logger)
    {
        if (path.Length == 0)
            return;
        try
        {
            File.WriteAllText(path, $"{Environment.ProcessId}\n");
            _path = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("Failed to write PID file: {Reason}", e.Message);
        }
    }

    public void Dispose()
    {
        if (_path is not null)
            File.Delete(_path);
    }
}
