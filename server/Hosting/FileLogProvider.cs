using Microsoft.Extensions.Logging;

namespace Pkv.Server.Hosting;

/// <summary>Appends log lines to a file, each flushed at once: what is logged before a crash is what one wants to read. Any thread.</summary>
internal sealed class FileLogProvider : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _writer;
    private readonly string _timeFormat;

    /// <exception cref="InvalidOperationException">The file cannot be opened.</exception>
    public FileLogProvider(string path, string timeFormat)
    {
        _timeFormat = timeFormat;
        try
        {
            // Sharing even deletion lets log rotation move the file away.
            FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            _writer = new StreamWriter(file) { AutoFlush = true, NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Can't open the log file: {e.Message}", e);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose() => _writer.Dispose();

    private void Write(LogLevel level, string line)
    {
        string word = level switch
        {
            LogLevel.Trace or LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "fail",
        };
        lock (_lock)
            _writer.WriteLine($"{DateTime.Now.ToString(_timeFormat)}{word}: {line}");
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
