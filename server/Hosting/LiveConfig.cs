using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Pkv.Server.Net;

namespace Pkv.Server.Hosting;

/// <summary>
/// Applies CONFIG SET to parts of the server that do not read their option each time. Runs on the I/O thread of the client
/// that sets; everything it writes is one word, which the owners see soon.
/// </summary>
internal sealed class LiveConfig(ServerState server)
{
    public static void Attach(ServerState server)
    {
        LiveConfig live = new(server);
        server.Config.Applying = live.Refusal;
        server.Config.Changed += live.Apply;
    }

    // What the system does not allow; null: it does.
    private string? Refusal(string option)
    {
        if (option == "dir")
            return Directory.Exists(server.Options.Dir) ? null : "No such file or directory";
        if (option == "appendfsync")
            return server.Durability.PolicyRefusal;
        if (option == "pool-size")
            return GrowthRefusal();
        if (option != "maxclients")
            return null;
        long own = FileDescriptorLimit.Own(server.Clients.Count);
        long supported = FileDescriptorLimit.Raise(server.Options.MaxClients, own) - own;
        return supported >= server.Options.MaxClients ? null
            : $"The operating system is not able to handle the specified number of clients, try with {supported}";
    }

    // Raised here, because only the pool knows whether it is possible; a refusal has changed nothing.
    private string? GrowthRefusal()
    {
        Pool pool = server.Pool;
        if (pool.Medium.Kind == MediumKind.Dram && MemoryFit.Excess(server.PoolPath, server.Options.PoolSizeBytes) is { } excess)
            return excess;
        if (pool.TryRaise(server.Options.PoolSizeBytes))
            return null;
        return pool.Medium.Kind == MediumKind.Dax ? "a pool on dax is mapped once: stop the server and use pkv grow"
            : $"pool-size can be raised from {PoolFileBytes(pool.MaxSlots)} to {PoolFileBytes(pool.CeilingSlots)} bytes while the server is running";
    }

    private static long PoolFileBytes(int slots) => PoolHeader.SegmentsOffset + (long)slots * PoolHeader.SlotBytes;

    private void Apply(string option)
    {
        switch (option)
        {
            case "appendfsync":
                server.Durability.ApplyPolicy();
                break;
            case "pool-size" or "maxmemory" or "maxmemory-policy" or "maxmemory-samples":
                server.Space.Changed();
                foreach (IoThread thread in server.Threads)
                    thread.Post(static t => t.Evictor.Run());
                break;
            case "send-gather-threshold":
                foreach (IoThread thread in server.Threads)
                    thread.Reply.GatherThreshold = server.Options.SendGatherThresholdBytes;
                break;
        }
    }
}
