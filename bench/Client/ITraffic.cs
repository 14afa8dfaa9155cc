using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>
/// What one connection asks and what it must be answered: batches of requests laid out in memory, and the check of every
/// byte that comes back. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal unsafe interface ITraffic : IDisposable
{
    /// <summary>What is to be sent of the current batch, in order.</summary>
    IoVector* Vectors { get; }

    int VectorCount { get; }

    /// <summary>Replies of the current batch that are still to come.</summary>
    int Remaining { get; }

    /// <summary>Makes the next batch of <paramref name="count"/> requests.</summary>
    void Begin(int count, ref KeyPicker picker);

    /// <summary>Checks received bytes, split anywhere, and answers how many replies they completed.</summary>
    /// <exception cref="BadReplyException">The bytes differ from what must be answered, or there are too many.</exception>
    int Accept(ReadOnlySpan<byte> data);
}
