using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Rows about listening, clients and threads.</summary>
internal static class NetworkRows
{
    internal static IEnumerable<ConfigOption> Rows =>
    [
        Integer("port", 0, 65535, static o => o.Port, static (o, v) => o.Port = (int)v,
            "TCP port; 0: no TCP, only the Unix socket.", mutability: ConfigMutability.Immutable),
        new BindOption
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Addresses to listen on. An address that other machines reach opens the data to them: set requirepass too.",
            DefaultOrigin = "Pkv: loopback, so that an unconfigured server is not open to the network (Redis: * -::*)",
        },
        new TextOption("unixsocket", static o => o.UnixSocket, static (o, v) => o.UnixSocket = v)
        {
            Mutability = ConfigMutability.Immutable,
            AllowedText = "a path of up to 107 bytes, or nothing",
            Check = static v => System.Text.Encoding.UTF8.GetByteCount(v) <= 107 ? null : "unix socket path too long, must be under 108 bytes",
            Comment = "Path of a Unix socket to listen on; empty: none.",
        },
        new NumberOption("unixsocketperm", ConfigKind.Octal, 0, 511, static o => o.UnixSocketPermissions, static (o, v) => o.UnixSocketPermissions = (int)v)
        {
            Mutability = ConfigMutability.Immutable,
            Unit = "mode bits",
            Comment = "Mode of the Unix socket; 0: as the umask makes it. 777 lets every user of the machine in.",
        },
        Integer("tcp-backlog", 0, int.MaxValue, static o => o.TcpBacklog, static (o, v) => o.TcpBacklog = (int)v,
            "Accept queue asked of the kernel, which caps it at net.core.somaxconn; too short drops bursts of new clients.",
            "connections", ConfigMutability.Immutable),
        Integer("tcp-keepalive", 0, int.MaxValue, static o => o.TcpKeepaliveSeconds, static (o, v) => o.TcpKeepaliveSeconds = (int)v,
            "Silence before TCP probes the peer; 0: never, and vanished clients hold their connection.", "seconds"),
        Integer("timeout", 0, int.MaxValue, static o => o.ClientTimeoutSeconds, static (o, v) => o.ClientTimeoutSeconds = (int)v,
            "Idle time after which a client is disconnected; 0: never.", "seconds"),
        Integer("maxclients", 1, uint.MaxValue, static o => o.MaxClients, static (o, v) => o.MaxClients = v,
            "The most clients at a time; more are refused with an error. Each needs a file descriptor.", "clients"),
        Flag("protected-mode", static o => o.ProtectedMode, static (o, v) => o.ProtectedMode = v,
            "Refuse clients from other machines while no password is set. Off without a password: anyone who reaches the port owns the data."),
        new TextOption("requirepass", static o => o.RequirePass, static (o, v) => o.RequirePass = v)
        {
            Secret = true,
            Comment = "Password of the default user; empty: none. On a command line other users of the machine can read it.",
        },
        new NumberOption("io-threads", ConfigKind.Integer, 1, PkvOptions.IoThreadCountMax, static o => o.IoThreads, static (o, v) => o.IoThreads = (int)v)
        {
            Mutability = ConfigMutability.Immutable,
            Unit = "threads",
            DefaultText = "number of cores",
            DefaultOrigin = "Pkv: each thread serves its own connections (Redis: 1)",
            Comment = "I/O threads; each receives, executes and replies. More than cores only costs switches.",
        },
        new NumberOption("send-gather-threshold", ConfigKind.Memory, 0, 1L << 30, static o => o.SendGatherThresholdBytes, static (o, v) => o.SendGatherThresholdBytes = (int)v)
        {
            Unit = "bytes",
            DefaultOrigin = "Pkv: below it a copy costs less than one more I/O vector",
            Comment = "Reply slices of at least this size are sent from the pool in place, smaller ones are copied to the reply buffer.",
        },
    ];
}
