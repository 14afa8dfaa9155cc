namespace Pkv.Persistence.Media;

/// <summary>
/// A mapped, byte-addressable range whose stores become durable. Thread rule: <see cref="Flush"/> and
/// <see cref="Drain"/> may run on any thread for ranges that thread wrote; <see cref="Extend"/> is called
/// under the pool's lock; <see cref="Sync"/> may run on any thread.
/// </summary>
public unsafe interface IMedium : IDisposable
{
    MediumKind Kind { get; }

    /// <summary>Which failures an acknowledged write survives, and how the medium knows. One line that promises no more than is true.</summary>
    string Promise { get; }

    /// <summary>First byte of the mapping. Page-aligned; constant for the medium's life.</summary>
    byte* Base { get; }

    /// <summary>Bytes of mapped address space: the limit of <see cref="Extend"/>.</summary>
    long MappedBytes { get; }

    /// <summary>Bytes that may be touched now.</summary>
    long BackedBytes { get; }

    /// <summary>
    /// True if <see cref="Drain"/> alone makes earlier stores as durable as the medium can; false if
    /// they reach the device only by <see cref="Sync"/>.
    /// </summary>
    bool DrainIsDurable { get; }

    /// <summary>
    /// Unsynced data is lost with the process, not only with the machine: no reply may depend on it before
    /// <see cref="Sync"/>, whatever appendfsync says.
    /// </summary>
    bool NeedsSyncBeforeReply => false;

    /// <summary>Errno of a background write by the kernel that failed since the last sync; otherwise 0. Any thread.</summary>
    int BackgroundError() => 0;

    /// <summary>False: a store could end the process (the file system refuses to make pages writable). Reads continue.</summary>
    bool CanStore => true;

    /// <summary>The medium's state for INFO: "ok", or a short description of a problem.</summary>
    string State => "ok";

    /// <summary>
    /// Recovery is about to read this range for the first time: loads it into memory. Any thread. Throws
    /// <see cref="MediumException"/> if the device cannot read it.
    /// </summary>
    void Load(byte* start, long bytes)
    {
    }

    /// <summary>Slots that one growth may add beyond the request: few if the time of <see cref="Extend"/> is proportional to the size.</summary>
    int GrowthSlotsMax => int.MaxValue;

    /// <summary>False: the device reports that it has no room for this many bytes, and <see cref="Extend"/> would fail.</summary>
    bool HasRoomFor(long bytes) => true;

    /// <summary>The last <see cref="Extend"/> failed because the device was full.</summary>
    bool IsDeviceFull => false;

    /// <summary>Backs [0, bytes) with storage. Throws <see cref="MediumException"/> when the device is full.</summary>
    void Extend(long bytes);

    /// <summary>
    /// Prefaults the pages of a range for writing, so that a receive does not have to. False: there is no memory
    /// for them, and touching them could end the process.
    /// </summary>
    bool Populate(byte* start, long bytes);

    /// <summary>A range must be populated before it is used: <see cref="Extend"/> did not reserve its storage.</summary>
    bool MustPopulate { get; }

    /// <summary>Starts the write-back of the cache lines of a range. Unordered until <see cref="Drain"/>.</summary>
    void Flush(byte* start, nuint bytes);

    /// <summary>Orders every flush of this thread before every store that follows.</summary>
    void Drain();

    /// <summary>
    /// Writes everything stored and flushed so far to the device. Returns 0, or the errno of the failure. Any thread.
    /// </summary>
    int Sync();
}
