using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Rows about the process, its logs and its diagnosis.</summary>
internal static class ProcessRows
{
    private static readonly (string Word, ServerLogLevel Value)[] Levels =
    [
        ("debug", ServerLogLevel.Debug), ("verbose", ServerLogLevel.Verbose),
        ("notice", ServerLogLevel.Notice), ("warning", ServerLogLevel.Warning),
    ];

    private static readonly (string Word, ClientAccess Value)[] Access =
        [("no", ClientAccess.No), ("yes", ClientAccess.Yes), ("local", ClientAccess.Local)];

    internal static IEnumerable<ConfigOption> Rows =>
    [
        new ChoiceOption<ServerLogLevel>("loglevel", Levels, static o => o.LogLevel, static (o, v) => o.LogLevel = v)
        {
            Comment = "The least important level that is logged.",
        },
        new TextOption("logfile", static o => o.LogFile, static (o, v) => o.LogFile = v)
        {
            Mutability = ConfigMutability.Immutable,
            AllowedText = "a path, or nothing",
            Comment = "Log file, relative to dir; empty: standard output. Opened anew when it was renamed or deleted, and on SIGHUP.",
        },
        new FixedFlagOption("daemonize", false, "the process stays in the foreground; let systemd or a container run it")
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Always no.",
        },
        new TextOption("pidfile", static o => o.PidFile, static (o, v) => o.PidFile = v)
        {
            Mutability = ConfigMutability.Immutable,
            AllowedText = "a path, or nothing",
            Comment = "File that holds the process id while the server runs; empty: none.",
        },
        Flag("always-show-logo", static o => o.AlwaysShowLogo, static (o, v) => o.AlwaysShowLogo = v,
            "Show the banner also when standard output is no terminal.", ConfigMutability.Immutable),
        Integer("slowlog-log-slower-than", -1, long.MaxValue, static o => o.SlowlogLogSlowerThanMicros, static (o, v) => o.SlowlogLogSlowerThanMicros = v,
            "Execution time from which a command goes to SLOWLOG; 0: all, -1: none.", "microseconds"),
        Integer("slowlog-max-len", 0, long.MaxValue, static o => o.SlowlogMaxLen, static (o, v) => o.SlowlogMaxLen = v,
            "The most entries SLOWLOG holds; each takes memory.", "entries"),
        Integer("latency-monitor-threshold", 0, long.MaxValue, static o => o.LatencyMonitorThresholdMs, static (o, v) => o.LatencyMonitorThresholdMs = v,
            "Duration from which an event goes to LATENCY; 0: none.", "milliseconds"),
        new ChoiceOption<ClientAccess>("enable-debug-command", Access, static o => o.EnableDebugCommand, static (o, v) => o.EnableDebugCommand = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may use DEBUG: no, yes, local (loopback and Unix socket). DEBUG can stall the server.",
        },
        new ChoiceOption<ClientAccess>("enable-protected-configs", Access, static o => o.EnableProtectedConfigs, static (o, v) => o.EnableProtectedConfigs = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may change dir and dbfilename by CONFIG SET: no, yes, local. Files of a client's choice are a way into the machine.",
        },
        new ChoiceOption<ClientAccess>("enable-module-command", Access, static o => o.EnableModuleCommand, static (o, v) => o.EnableModuleCommand = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may use MODULE LOAD and its kin: no, yes, local. There are no modules; who may use it is told so.",
        },
        Flag("allow-unsupported", static o => o.AllowUnsupported, static (o, v) => o.AllowUnsupported = v,
            "Start although the configuration asks for protection that cannot be given (users, TLS, replicas: the table below); what is missing is a warning then.",
            ConfigMutability.Immutable, "Pkv: a server that is less guarded than its configuration says must not start"),
        new RenameCommandOption
        {
            Mutability = ConfigMutability.Immutable,
            DefaultText = "none",
            Comment = "Gives a command another name, or none at all with \"\"; may be repeated. Tools that rely on the old name break.",
        },
    ];
}
