using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Pkv.Persistence.Media;

namespace Pkv.Server.Hosting;

/// <summary>
/// Appends log lines to a file and flushes each, so that the last lines before a crash are there. A file that was renamed
/// or deleted is reopened under its name before the next line; Redis gets the same effect by opening it for each line. One
/// descriptor is kept open, so that a line can be written when there are no more. A line that cannot be written is lost;
/// the server continues. Any thread.
/// </summary>
internal sealed class FileLogProvider : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly string _timeFormat;
    private StreamWriter _writer;
    private FileIdentity _identity;

    /// <exception cref="InvalidOperationException">The file cannot be opened.</exception>
    public FileLogProvider(string path, string timeFormat)
    {
        _path = path;
        _timeFormat = timeFormat;
        try
        {
            _writer = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Can't open the log file: {e.Message}", e);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose() => Close(_writer);

    /// <summary>Reopens the file. Returns null or the reason why it failed; then logging continues to the old one.</summary>
    public string? Reopen()
    {
        lock (_lock)
            return TryReopen();
    }

    private void Write(LogLevel level, string line)
    {
        string word = level switch
        {
            LogLevel.Trace or LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Critical => "crit",
            _ => "fail",
        };
        lock (_lock)
        {
            if (FileIdentity.Of(_path, out FileIdentity now) != 0 || !now.IsSameFile(_identity))
                TryReopen();
            try
            {
                _writer.WriteLine($"{DateTime.Now.ToString(_timeFormat)}{word}: {line}");
            }
            catch (IOException)
            {
                // The disk is full, or ulimit -f is reached.
            }
        }
    }

    private string? TryReopen()
    {
        try
        {
            StreamWriter old = _writer;
            _writer = Open();
            Close(old);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private StreamWriter Open()
    {
        // Sharing deletion lets log rotation move the file away. Unbuffered: a line that failed must not be written again with the next.
        FileStream file = new(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        SafeFileHandle handle = file.SafeFileHandle;
        _ = FileIdentity.Of((int)handle.DangerousGetHandle(), out _identity);
        return new StreamWriter(file) { AutoFlush = true, NewLine = "\n" };
    }

    private static void Close(StreamWriter writer)
    {
        try
        {
            writer.Dispose();
        }
        catch (IOException)
        {
            // As in Write: what is left of a line that could not be written.
        }
    }

    private sealed class Writer(FileLogProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(logLevel, formatter(state, exception) + (exception is null ? "" : $" {exception}"));
    }
}
