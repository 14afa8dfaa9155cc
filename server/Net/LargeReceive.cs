using System.Runtime.InteropServices;
using Pkv.Persistence.Segments;
using Pkv.Server.Resp;

namespace Pkv.Server.Net;

/// <summary>
/// Where a connection's large command is being received: space reserved in a segment, or memory of its own when
/// the pool is full. Its bytes land there once and stay. One for each connection, used again for each command.
/// </summary>
public sealed unsafe class LargeReceive
{
    private RespScanner _scanner;
    private bool _entryPromised;

    /// <summary>A command is being received.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Null when the pool had no room.</summary>
    public Segment? Segment { get; private set; }

    public byte* Start { get; private set; }

    /// <summary>Bytes reserved.</summary>
    public long Capacity { get; private set; }

    /// <summary>More than the known need may be reserved, and bytes of the next command may be received behind this one.</summary>
    public bool OwnsRest { get; private set; }

    /// <summary>Bytes received so far.</summary>
    public long Received { get; set; }

    /// <summary>Bytes known to be needed.</summary>
    public long Needed { get; private set; }

    /// <summary>The command is being run: should that close the connection, the space is still the runner's to settle.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Reserves the segment's next <paramref name="capacity"/> bytes, and an entry to commit them with.</summary>
    public void BeginInPool(Segment segment, byte* start, long capacity, long received, long needed, bool ownsRest)
    {
        segment.Tail = (uint)(start - segment.Base + capacity);
        segment.Reservations++;
        segment.PromisedEntries++;
        _entryPromised = true;
        Begin(segment, start, capacity, received, needed, ownsRest);
    }

    /// <summary>Takes memory of its own.</summary>
    public void BeginOutside(long capacity, long received, long needed) =>
        Begin(null, (byte*)NativeMemory.Alloc((nuint)capacity), capacity, received, needed, ownsRest: true);

    /// <summary>
    /// Looks at what has come. True: the command is complete (or malformed); else <see cref="Needed"/> has risen,
    /// and <paramref name="exact"/> tells whether it is the command's whole length.
    /// </summary>
    /// <param name="maxBulkBytes">proto-max-bulk-len.</param>
    /// <param name="exact">The bulk string being received is the last.</param>
    public bool Scan(long maxBulkBytes, out bool exact)
    {
        bool complete = _scanner.Advance(Start, Start + Received, maxBulkBytes);
        exact = _scanner.NeededIsExact;
        if (!complete)
            Needed = Math.Max(_scanner.Needed, Received + 1);
        return complete;
    }

    /// <summary>The scan is through but the parser waits for more: the end of a line that it will refuse.</summary>
    public void ExpectMore(long needed) => Needed = Math.Max(needed, Received + 1);

    /// <summary>
    /// Takes what follows in the segment, when nobody has been given it and it is enough for <see cref="Needed"/>;
    /// beyond that at most <paramref name="slack"/> bytes.
    /// </summary>
    public bool TryExtend(long slack)
    {
        long more = Needed - Capacity;
        if (Segment is null || Segment.Tail != Start - Segment.Base + Capacity || more > Segment.FreeBytes)
            return false;
        more = Math.Min(more + slack, Segment.FreeBytes);
        Segment.Tail += (uint)more;
        Capacity += more;
        return true;
    }

    /// <summary>Goes on with what another one holds. This one is at its end.</summary>
    public void TakeOver(LargeReceive other)
    {
        Begin(other.Segment, other.Start, other.Capacity, other.Received, other.Needed, other.OwnsRest);
        _scanner = other._scanner;
        _entryPromised = other._entryPromised;
    }

    /// <summary>What was scanned before the bytes moved here need not be scanned again.</summary>
    public void ContinueScan(in RespScanner scanner) => _scanner = scanner;

    public RespScanner Scanner => _scanner;

    /// <summary>The command is about to be noted in the log, or given up: its entry need not be kept for it any more.</summary>
    public void ReleasePromise()
    {
        if (_entryPromised)
            Segment!.PromisedEntries--;
        _entryPromised = false;
    }

    /// <summary>The command has not run after all (the client is paused): its entry is kept for it again.</summary>
    public void RenewPromise()
    {
        if (Segment is null || _entryPromised)
            return;
        Segment.PromisedEntries++;
        _entryPromised = true;
    }

    /// <summary>
    /// The command has run or is given up. All but its first <paramref name="kept"/> bytes are free again, if nothing
    /// follows them in the segment.
    /// </summary>
    public void End(long kept)
    {
        if (!IsActive)
            return;
        ReleasePromise();
        if (Segment is null)
            NativeMemory.Free(Start);
        else
        {
            if (Segment.Tail == (uint)(Start - Segment.Base + Capacity))
                Segment.Tail = (uint)(Start - Segment.Base + kept);
            Segment.Reservations--;
        }
        IsActive = false;
        Segment = null;
        Start = null;
    }

    private void Begin(Segment? segment, byte* start, long capacity, long received, long needed, bool ownsRest)
    {
        IsActive = true;
        Segment = segment;
        Start = start;
        Capacity = capacity;
        Received = received;
        Needed = needed;
        OwnsRest = ownsRest;
        _scanner = default;
    }
}
