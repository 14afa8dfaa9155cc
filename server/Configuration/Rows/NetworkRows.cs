using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options for listening, clients and threads.</summary>
internal static class NetworkRows
{
    internal static IEnumerable<ConfigOption> Rows =>
    [
        Integer("port", 0, 65535, static o => o.Port, static (o, v) => o.Port = (int)v,
            "TCP port; 0: Unix socket only.", mutability: ConfigMutability.Immutable),
        new BindOption
        {
            Mutability = ConfigMutability.Immutable,
            Comment = "Addresses to listen on. An address that other machines can reach exposes the data to them: set requirepass too.",
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
            Comment = "Mode of the Unix socket; 0: determined by the umask. 777 gives every user of the machine access.",
        },
        Integer("tcp-backlog", 0, int.MaxValue, static o => o.TcpBacklog, static (o, v) => o.TcpBacklog = (int)v,
            "Length of the accept queue; the kernel caps it at net.core.somaxconn. If it is too short, bursts of new clients are dropped.",
            "connections", ConfigMutability.Immutable),
        Integer("tcp-keepalive", 0, int.MaxValue, static o => o.TcpKeepaliveSeconds, static (o, v) => o.TcpKeepaliveSeconds = (int)v,
            "Idle time before TCP probes the peer; 0: never, so that connections of vanished clients stay open.", "seconds"),
        Integer("timeout", 0, int.MaxValue, static o => o.ClientTimeoutSeconds, static (o, v) => o.ClientTimeoutSeconds = (int)v,
            "Idle time after which a client is disconnected; 0: never.", "seconds"),
        Integer("maxclients", 1, uint.MaxValue, static o => o.MaxClients, static (o, v) => o.MaxClients = v,
            "Maximum number of clients; more are refused with an error. Each needs a file descriptor.", "clients"),
        Flag("protected-mode", static o => o.ProtectedMode, static (o, v) => o.ProtectedMode = v,
            "Refuse clients from other machines while no password is set. If it is off and there is no password, anyone who can reach the port has full access."),
        new TextOption("requirepass", static o => o.RequirePass, static (o, v) => o.RequirePass = v)
        {
            Secret = true,
            Comment = "Password of the default user; empty: none. Other users of the machine can read it on a command line.",
        },
        new NumberOption("io-threads", ConfigKind.Integer, 1, PkvOptions.IoThreadCountMax, static o => o.IoThreads, static (o, v) => o.IoThreads = (int)v)
        {
            Mutability = ConfigMutability.Immutable,
            Unit = "threads",
            DefaultText = "number of cores",
            DefaultOrigin = "Pkv: each thread serves its own connections (Redis: 1)",
            Comment = "I/O threads; each receives, executes and replies. More threads than cores only add context switches.",
        },
        new NumberOption("send-gather-threshold", ConfigKind.Memory, 0, 1L << 30, static o => o.SendGatherThresholdBytes, static (o, v) => o.SendGatherThresholdBytes = (int)v)
        {
            Unit = "bytes",
            DefaultOrigin = "Pkv: below this size a copy costs less than another I/O vector",
            Comment = "Reply slices of at least this size are sent directly from the pool; smaller ones are copied to the reply buffer.",
        },
    ];
}
