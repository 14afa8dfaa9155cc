namespace Pkv.Server.Configuration;

/// <summary>
/// Directives of Redis for permissions, protected connections and replicated data that Pkv does not support. Users who set
/// one rely on it, so the server does not start.
/// </summary>
internal static class UnsupportedRows
{
    private const string OneUser = "there is one user, whose password is requirepass";
    private const string NoTls = "connections are not encrypted";
    private const string NoReplication = "there is no replication";
    private const string NoModules = "there are no modules";

    internal static IEnumerable<ConfigOption> Rows =>
    [
        new KeptOption("user", ConfigKind.List, "", KeepWords)
        {
            IsSetting = false, HasEffect = false, Secret = true, Unsupported = OneUser, DefaultText = "none", AllowedText = "a user and rules",
            Comment = "Redis: a user's passwords and rights.",
        },
        new TextOption("aclfile", static o => o.Kept.Text("aclfile", ""), static (o, v) => o.Kept = o.Kept.With("aclfile", v))
        {
            HasEffect = false, Unsupported = OneUser, Mutability = ConfigMutability.Immutable, Comment = "Redis: a file of users and their rights.",
        },
        new KeptOption("loadmodule", ConfigKind.List, "", KeepWords)
        {
            IsSetting = false, HasEffect = false, Unsupported = NoModules, DefaultText = "none", AllowedText = "a path and arguments",
            Comment = "Redis: a module to load at startup.",
        },
        new KeptOption("replicaof", ConfigKind.List, "", ReadMaster)
        {
            Aliases = ["slaveof"], HasEffect = false, Unsupported = NoReplication, Mutability = ConfigMutability.Immutable,
            AllowedText = "a host and a port, or no one", Comment = "Redis: the master to replicate.",
        },
        Text("masterauth", NoReplication, "Redis: the password for the master.", secret: true),
        Text("masteruser", NoReplication, "Redis: the user for the master."),
        Integer("min-replicas-to-write", int.MaxValue, 0, NoReplication, "Redis: replicas needed for a write to be accepted.", "min-slaves-to-write"),
        Integer("min-replicas-max-lag", int.MaxValue, 10, NoReplication, "Redis: seconds after which a silent replica no longer counts.", "min-slaves-max-lag"),
        new FlagOption("cluster-enabled", static o => o.Kept.Number("cluster-enabled", 0) != 0, static (o, v) => o.Kept = o.Kept.With("cluster-enabled", v ? 1 : 0))
        {
            HasEffect = false, Unsupported = "the server stands alone", Mutability = ConfigMutability.Immutable,
            Comment = "Redis: run as a cluster node.",
        },
        new NumberOption("socket-mark-id", ConfigKind.Integer, 0, uint.MaxValue, static o => o.Kept.Number("socket-mark-id", 0), static (o, v) => o.Kept = o.Kept.With("socket-mark-id", v))
        {
            HasEffect = false, Unsupported = "sockets are not marked, so packet filters do not see them as asked", Mutability = ConfigMutability.Immutable,
            Comment = "Redis: the mark of listening sockets for packet filters.",
        },
        Integer("tls-port", 65535, 0, NoTls, "Redis: the port for TLS connections."),
        Text("tls-cert-file", NoTls, "Redis: the server's certificate."),
        Text("tls-key-file", NoTls, "Redis: the certificate's key."),
        Text("tls-key-file-pass", NoTls, "Redis: the key's password.", secret: true),
        Text("tls-client-cert-file", NoTls, "Redis: the certificate for outgoing connections."),
        Text("tls-client-key-file", NoTls, "Redis: that certificate's key."),
        Text("tls-client-key-file-pass", NoTls, "Redis: that key's password.", secret: true),
        Text("tls-dh-params-file", NoTls, "Redis: Diffie-Hellman parameters."),
        Text("tls-ca-cert-file", NoTls, "Redis: file with trusted CA certificates."),
        Text("tls-ca-cert-dir", NoTls, "Redis: directory with trusted CA certificates."),
        new KeptOption("tls-auth-clients", ConfigKind.Choice, "yes", KeptOption.OneOf("no", "yes", "optional"))
        {
            HasEffect = false, Unsupported = NoTls, AllowedText = "one of no, yes, optional", Comment = "Redis: whether clients need a certificate.",
        },
        Flag("tls-replication", NoTls, "Redis: encrypt replication."),
        Flag("tls-cluster", NoTls, "Redis: encrypt the cluster's bus."),
        Text("tls-protocols", NoTls, "Redis: the TLS versions to allow."),
        Text("tls-ciphers", NoTls, "Redis: ciphers up to TLS 1.2."),
        Text("tls-ciphersuites", NoTls, "Redis: the ciphers of TLS 1.3."),
        Flag("tls-prefer-server-ciphers", NoTls, "Redis: prefer the server's order of ciphers."),
        Flag("tls-session-caching", NoTls, "Redis: resume sessions.", unset: true),
        Integer("tls-session-cache-size", int.MaxValue, 20480, NoTls, "Redis: number of sessions in the cache."),
        Integer("tls-session-cache-timeout", int.MaxValue, 300, NoTls, "Redis: lifetime of a cached session, seconds."),
    ];

    private static TextOption Text(string name, string missing, string comment, bool secret = false)
        => new(name, o => o.Kept.Text(name, ""), (o, v) => o.Kept = o.Kept.With(name, v))
        {
            Comment = comment, HasEffect = false, Unsupported = missing, Secret = secret,
        };

    private static NumberOption Integer(string name, long max, long unset, string missing, string comment, params string[] aliases)
        => new(name, ConfigKind.Integer, 0, max, o => o.Kept.Number(name, unset), (o, v) => o.Kept = o.Kept.With(name, v))
        {
            Comment = comment, HasEffect = false, Unsupported = missing, Aliases = aliases,
        };

    private static FlagOption Flag(string name, string missing, string comment, bool unset = false)
        => new(name, o => o.Kept.Number(name, unset ? 1 : 0) != 0, (o, v) => o.Kept = o.Kept.With(name, v ? 1 : 0))
        {
            Comment = comment, HasEffect = false, Unsupported = missing,
        };

    private static string? KeepWords(string value, out string kept)
    {
        kept = value;
        return null;
    }

    private static string? ReadMaster(string value, out string kept)
    {
        kept = "";
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null)
            return error;
        if (words is [] or [""])
            return null;
        if (words.Count != 2)
            return "wrong number of arguments";
        if (words[0].Equals("no", StringComparison.OrdinalIgnoreCase) && words[1].Equals("one", StringComparison.OrdinalIgnoreCase))
            return null;
        kept = string.Join(' ', words);
        return NumberOption.TryParseInteger(words[1], out long port) && port is >= 0 and <= 65535 ? null : "Invalid master port";
    }
}
