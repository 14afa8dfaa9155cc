namespace Pkv.Bench.Servers;

/// <summary>What a server is told when it is started.</summary>
/// <param name="Port">A free TCP port on 127.0.0.1.</param>
/// <param name="Directory">An empty directory on tmpfs, this server's own; removed after it has ended.</param>
/// <param name="ValueBytes">Value size of the runs to come; only the limit server cares.</param>
/// <param name="PoolSize">Pkv's pool size, as its option takes it.</param>
internal sealed record ServerStart(int Port, string Directory, int ValueBytes, string PoolSize)
{
    /// <summary>Fields of a record where records are asked for, else 0; only the limit server cares.</summary>
    public int Fields { get; init; }
}
