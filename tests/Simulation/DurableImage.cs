namespace Pkv.Tests.Simulation;

/// <summary>What is on a simulated device: its bytes, and how many of them there are.</summary>
internal sealed class DurableImage(long bytes) : IDisposable
{
    public AnonymousMap Map { get; } = new(bytes);

    public long BackedBytes { get; set; }

    /// <summary>An image of its own with the same content.</summary>
    public DurableImage Copy()
    {
        DurableImage copy = new(Map.Bytes) { BackedBytes = BackedBytes };
        copy.Map.CopyFrom(Map);
        return copy;
    }

    public void Dispose() => Map.Dispose();
}
