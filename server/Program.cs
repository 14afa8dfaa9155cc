using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Pkv.Persistence.Media;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;

if (args is ["--docs", string page] && DocumentationPages.Make(page) is { } text)
{
    Console.Out.Write(text);
    return 0;
}

ConfigLoadResult config = ConfigLoader.Load(args);
if (config.Text is not null)
{
    Console.Out.WriteLine(config.Text);
    return 0;
}
if (config.ErrorLine is not null)
{
    Console.Error.WriteLine(config.ErrorLine);
    return config.ExitCode;
}

using ILoggerFactory factory = LoggerFactory.Create(builder => builder
    .AddSimpleConsole(o =>
    {
        o.SingleLine = true;
        o.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
        o.ColorBehavior = LoggerColorBehavior.Disabled;
    })
    .SetMinimumLevel(config.Options!.LogLevel switch
    {
        ServerLogLevel.Debug => LogLevel.Trace,
        ServerLogLevel.Verbose => LogLevel.Debug,
        ServerLogLevel.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    }));
ILogger logger = factory.CreateLogger("pkv");
foreach (string warning in config.Warnings)
    logger.LogWarning("{Warning}", warning);

try
{
    using ServerHost host = ServerHost.Start(config.Table!, logger, new LineProgress(logger));
    using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    logger.LogInformation("Ready to accept connections on port {Port}", host.State.Listener.Port);
    host.WaitForShutdown();
    logger.LogInformation("Bye bye...");
    return 0;

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        host.State.ShutdownRequested.Set();
    }
}
catch (Exception e) when (e is MediumException or InvalidOperationException)
{
    Console.Error.WriteLine($"pkv-server: {e.Message}");
    return 1;
}
