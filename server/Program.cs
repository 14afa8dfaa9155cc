using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
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

try
{
    PkvOptions options = config.Options!;
    using ILoggerFactory factory = ServerLog.Open(options);
    ILogger logger = factory.CreateLogger("pkv");
    foreach (string warning in config.Warnings)
        logger.LogWarning("{Warning}", warning);
    bool isTerminal = !Console.IsOutputRedirected;
    using ServerHost host = ServerHost.Start(config.Table!, logger, isTerminal ? new TerminalProgress() : new LineProgress(logger));
    using PidFile pidFile = new(options.PidFile.Length == 0 ? "" : Path.Combine(options.Dir, options.PidFile), logger);
    if (isTerminal || options.AlwaysShowLogo)
        Console.Out.Write(Banner.Text(host));
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
