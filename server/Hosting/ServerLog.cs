using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>
/// Where log lines go (logfile, or standard output) and which are logged (loglevel, which CONFIG SET may change at any
/// time). Any thread.
/// </summary>
public sealed class ServerLog : IDisposable
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff ";

    private readonly FileLogProvider? _file;
    private readonly ILoggerFactory _factory;

    /// <exception cref="InvalidOperationException">The log file cannot be opened.</exception>
    public ServerLog(PkvOptions options)
    {
        FilePath = options.LogFile.Length > 0 ? Path.Combine(options.Dir, options.LogFile) : null;
        _file = FilePath is null ? null : new FileLogProvider(FilePath, TimeFormat);
        _factory = LoggerFactory.Create(builder =>
        {
            builder.SetMinimumLevel(LogLevel.Trace);
            builder.AddFilter((_, level) => level >= Threshold(options.LogLevel));
            if (_file is not null)
                builder.AddProvider(_file);
            else
                builder.AddSimpleConsole(o =>
                {
                    o.SingleLine = true;
                    o.TimestampFormat = TimeFormat;
                    o.ColorBehavior = LoggerColorBehavior.Disabled;
                });
        });
        Logger = _factory.CreateLogger("pkv");
    }

    public ILogger Logger { get; }

    /// <summary>The log file; null when lines go to standard output.</summary>
    public string? FilePath { get; }

    /// <summary>SIGHUP: reopens the log file. Does nothing if the log goes to standard output.</summary>
    public void Reopen()
    {
        string? obstacle = _file?.Reopen();
        if (obstacle is null)
            Logger.LogInformation("SIGHUP: {What}", _file is null ? "ignored, because there is no log file to reopen" : "the log file was reopened");
        else
            Logger.LogWarning("SIGHUP: the log file cannot be reopened, logging continues to the old one: {Reason}", obstacle);
    }

    /// <summary>Lines that were logged are written on return.</summary>
    public void Dispose() => _factory.Dispose();

    private static LogLevel Threshold(ServerLogLevel level) => level switch
    {
        ServerLogLevel.Debug => LogLevel.Trace,
        ServerLogLevel.Verbose => LogLevel.Debug,
        ServerLogLevel.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
