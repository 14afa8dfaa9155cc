namespace Pkv.Bench.Media;

/// <summary>One way to append bytes to a pool file durably.</summary>
internal unsafe interface IDurableLog : IDisposable
{
    /// <summary>Batches that may be in flight to the disk together.</summary>
    int Depth { get; }

    /// <summary>Where a batch is to be received: memory of the pool at this offset.</summary>
    byte* At(long offset);

    /// <summary>Begins to make [offset, offset + length) durable; its slot is below <see cref="Depth"/>.</summary>
    void Begin(long offset, int lengthBytes, int slot);

    /// <summary>Waits until one begun batch is durable and answers its slot.</summary>
    int Finish();
}
