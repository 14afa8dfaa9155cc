using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options for the process, its logs and its diagnostics.</summary>
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
            Comment = "Minimum log level.",
        },
        new TextOption("logfile", static o => o.LogFile, static (o, v) => o.LogFile = v)
        {
            Mutability = ConfigMutability.Immutable,
            AllowedText = "a path, or nothing",
            Comment = "Log file, relative to dir; empty: standard output. Reopened when it was renamed or deleted, and on SIGHUP.",
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
            "Show the banner even if standard output is not a terminal.", ConfigMutability.Immutable),
        Integer("slowlog-log-slower-than", -1, long.MaxValue, static o => o.SlowlogLogSlowerThanMicros, static (o, v) => o.SlowlogLogSlowerThanMicros = v,
            "Execution time from which a command is recorded in SLOWLOG; 0: all, -1: none.", "microseconds"),
        Integer("slowlog-max-len", 0, long.MaxValue, static o => o.SlowlogMaxLen, static (o, v) => o.SlowlogMaxLen = v,
            "Maximum number of SLOWLOG entries; each takes memory.", "entries"),
        new NumberOption("busy-reply-threshold", ConfigKind.Integer, 0, long.MaxValue, static o => o.BusyReplyThreshold, static (o, v) => o.BusyReplyThreshold = v)
        {
            Unit = "milliseconds",
            Aliases = ["lua-time-limit"],
            DefaultOrigin = "Redis 7.0",
            Comment = "Time after which a script counts as slow: it can be stopped, and clients that wait for it are told.",
        },
        new NumberOption("script-memory-limit", ConfigKind.Memory, 1 << 20, 1L << 40, static o => o.ScriptMemoryBytes, static (o, v) => o.ScriptMemoryBytes = v)
        {
            Unit = "bytes",
            Mutability = ConfigMutability.Immutable,
            DefaultOrigin = "Pkv: no script may take the server's memory",
            Comment = "Memory that one script may hold; beyond it the script gets an error.",
        },
        Integer("latency-monitor-threshold", 0, long.MaxValue, static o => o.LatencyMonitorThresholdMs, static (o, v) => o.LatencyMonitorThresholdMs = v,
            "Duration from which an event is recorded for LATENCY; 0: none.", "milliseconds"),
        new ChoiceOption<ClientAccess>("enable-debug-command", Access, static o => o.EnableDebugCommand, static (o, v) => o.EnableDebugCommand = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may use DEBUG: no, yes, local (loopback and Unix socket). DEBUG can stall the server.",
        },
        new ChoiceOption<ClientAccess>("enable-protected-configs", Access, static o => o.EnableProtectedConfigs, static (o, v) => o.EnableProtectedConfigs = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may change dir and dbfilename with CONFIG SET: no, yes, local. Letting clients choose files is a security risk.",
        },
        new ChoiceOption<ClientAccess>("enable-module-command", Access, static o => o.EnableModuleCommand, static (o, v) => o.EnableModuleCommand = v)
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Who may use MODULE LOAD and similar commands: no, yes, local. There are no modules; permitted clients get an error that says so.",
        },
        Flag("allow-unsupported", static o => o.AllowUnsupported, static (o, v) => o.AllowUnsupported = v,
            "Start even if the configuration asks for features that Pkv does not have (users, TLS, replicas: the table below), with a warning for each.",
            ConfigMutability.Immutable, "Pkv: a server that is less protected than its configuration says must not start"),
        new RenameCommandOption
        {
            Mutability = ConfigMutability.Immutable,
            DefaultText = "none",
            Comment = "Renames a command, or disables it with \"\"; may be repeated. Tools that rely on the old name break.",
        },
    ];
}
