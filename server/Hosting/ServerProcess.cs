using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Pkv.Linux;
using Pkv.Persistence.Media;
using Pkv.Server.Configuration;
using Pkv.Server.Monitoring;

namespace Pkv.Server.Hosting;

/// <summary>
/// One run of pkv-server, from its options to its exit code: 0 asked to stop, 1 the start was refused, <see
/// cref="FatalError.ExitCode"/> stopped by an error. The reason for any exit is one line on standard error and one in the
/// log. Main thread.
/// </summary>
public sealed class ServerProcess
{
    private const int Refused = 1;

    private readonly ConfigLoadResult _config;
    private ServerLog? _log;
    private volatile ServerHost? _serving;

    private ServerProcess(ConfigLoadResult config) => _config = config;

    /// <summary>Runs a server until it is asked to stop. Returns the exit code.</summary>
    public static int Run(ConfigLoadResult config) => new ServerProcess(config).Run();

    private int Run()
    {
        FileSizeLimit.MakeItAnError();
        AppDomain.CurrentDomain.UnhandledException += (_, e) => EndFor(Thread.CurrentThread.Name ?? "a background thread", (Exception)e.ExceptionObject);
        try
        {
            return Serve();
        }
        catch (Exception e) when (e is MediumException or InvalidOperationException or IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            Say(e.Message.ReplaceLineEndings(" "));
            return Refused;
        }
        catch (Exception e)
        {
            return Say(FatalError.Of("the start", e));
        }
        finally
        {
            _log?.Dispose();
        }
    }

    private int Serve()
    {
        PkvOptions options = _config.Options!;
        ServerLog log = _log = new ServerLog(options);
        if (log.FilePath is not null)
            Console.Error.WriteLine($"pkv-server: logging to {log.FilePath}");
        ILogger logger = log.Logger;
        // Before a recovery that may take long: what rotates the log does not ask. Under nohup as well.
        SignalCalls.RestoreDefault(SignalCalls.HangUp);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            log.Reopen();
        });
        foreach (string warning in _config.Warnings)
            logger.LogWarning("{Warning}", warning);
        bool isTerminal = !Console.IsOutputRedirected;
        using ServerHost host = ServerHost.Start(_config.Table!, logger, isTerminal ? new TerminalProgress() : new LineProgress(logger));
        using PidFile pidFile = new(options.PidFile.Length == 0 ? "" : Path.Combine(options.Dir, options.PidFile), logger);
        if (isTerminal || options.AlwaysShowLogo)
            Console.Out.Write(Banner.Text(host));
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        logger.LogInformation("Ready to accept connections on port {Port}", host.State.Listener.Port);
        _serving = host;
        CodePreparation.Start(() => host.State.IsCodePrepared = true);
        host.WaitForShutdown();
        if (host.State.Fatal is { } fatal)
            return Say(fatal);
        logger.LogInformation("Bye bye...");
        return 0;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            host.State.ShutdownRequested.Set();
        }
    }

    // A thread that nobody watches (keeper, sync, a timer). The runtime aborts the process when this returns, so while there is a
    // main thread to end it in order, with the reason as its last line, this does not.
    private void EndFor(string place, Exception exception)
    {
        if (_serving is { } host)
        {
            host.State.EndFatally(place, exception);
            using ManualResetEventSlim never = new();
            never.Wait();
        }
        Say(FatalError.Of(place, exception).Line);
    }

    private int Say(FatalError fatal)
    {
        Say(fatal.Line);
        Say(fatal.Trace);
        return FatalError.ExitCode;
    }

    // On a terminal or in a journal both lines are visible; somebody who has only one of the two finds the reason there.
    private void Say(string line)
    {
        Console.Error.WriteLine($"pkv-server: {line}");
        _log?.Logger.LogCritical("{Line}", line);
    }
}
