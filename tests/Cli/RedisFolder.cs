using Pkv.Tests.Support;

namespace Pkv.Tests.Cli;

/// <summary>A folder of a test's own, and real Redis servers that keep their files in it.</summary>
internal sealed class RedisFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pkv-redis-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A Redis with its files here, and DEBUG allowed.</summary>
    public ReferenceRedis Start(params string[] options) =>
        ReferenceRedis.With(["--dir", Path, "--enable-debug-command", "local", .. options]);

    /// <summary>Runs commands on a Redis and returns its snapshot.</summary>
    public string Snapshot(Action<RespClient> fill, params string[] options)
    {
        using ReferenceRedis redis = Start(options);
        using RespClient client = redis.Connect();
        fill(client);
        if (client.Call("SAVE") is { IsError: true } error)
            throw new InvalidOperationException(error.Text);
        return this["dump.rdb"];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
