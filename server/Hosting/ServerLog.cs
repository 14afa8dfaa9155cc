using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>Where log lines go (logfile, or standard output) and which (loglevel, which CONFIG SET may change at any time).</summary>
public static class ServerLog
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff ";

    /// <exception cref="InvalidOperationException">The log file cannot be opened.</exception>
    public static ILoggerFactory Open(PkvOptions options) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LogLevel.Trace);
        builder.AddFilter((_, level) => level >= Threshold(options.LogLevel));
        if (options.LogFile.Length > 0)
        {
            builder.AddProvider(new FileLogProvider(Path.Combine(options.Dir, options.LogFile), TimeFormat));
            return;
        }
        builder.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = TimeFormat;
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    });

    private static LogLevel Threshold(ServerLogLevel level) => level switch
    {
        ServerLogLevel.Debug => LogLevel.Trace,
        ServerLogLevel.Verbose => LogLevel.Debug,
        ServerLogLevel.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
