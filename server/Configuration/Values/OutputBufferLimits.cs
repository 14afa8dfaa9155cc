namespace Pkv.Server.Configuration;

/// <summary>The three classes of <c>client-output-buffer-limit</c>. Immutable: a change swaps the whole object.</summary>
/// <param name="Normal">Ordinary clients, MONITOR included.</param>
/// <param name="Replica">Replicas.</param>
/// <param name="Pubsub">Clients subscribed to at least one channel or pattern.</param>
public sealed record OutputBufferLimits(OutputBufferLimit Normal, OutputBufferLimit Replica, OutputBufferLimit Pubsub)
{
    /// <summary>Redis 7.0's defaults: no limit; 256 MiB or 64 MiB for 60 s; 32 MiB or 8 MiB for 60 s.</summary>
    public static OutputBufferLimits Default { get; } = new(
        new OutputBufferLimit(0, 0, 0),
        new OutputBufferLimit(256L << 20, 64L << 20, 60),
        new OutputBufferLimit(32L << 20, 8L << 20, 60));
}
