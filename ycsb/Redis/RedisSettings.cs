using Pkv.Ycsb.Core;

namespace Pkv.Ycsb.Redis;

/// <summary>Where the server is and how it is spoken to: the properties "redis.…" of YCSB's binding, and this runner's own.</summary>
internal sealed class RedisSettings
{
    /// <exception cref="ArgumentException">A property is wrong.</exception>
    public RedisSettings(PropertySet properties)
    {
        Host = properties.Text("redis.host", "127.0.0.1");
        Port = properties.Count("redis.port", 6379, least: 1, most: 65535);
        User = properties.Find("redis.cusername");
        Password = properties.Find("redis.cpassword") ?? properties.Find("redis.password");
        if (User != null && Password == null) throw new ArgumentException("redis.cusername without redis.cpassword");
        TimeoutMs = properties.Count("redis.timeout", 20_000, least: 1);
        Pipeline = properties.Count("redis.pipeline", 1, least: 1, most: 10_000);
        if (properties.Flag("redis.cluster", false)) throw new ArgumentException("redis.cluster is not supported");
    }

    public string Host { get; }

    public int Port { get; }

    public string? User { get; }

    public string? Password { get; }

    /// <summary>How long a reply may take before the run is given up, milliseconds. YCSB's client library takes 2,000.</summary>
    public int TimeoutMs { get; }

    /// <summary>Operations that a connection may have on the wire at once. YCSB has one.</summary>
    public int Pipeline { get; }
}
