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

    /// <summary>More than the known need is reserved, and bytes of the next command may be received behind this one.</summary>
    public bool OwnsRest { get; private set; }

    /// <summary>Bytes received so far.</summary>
    public long Received { get; set; }

    /// <summary>Bytes known to be needed.</summary>
    public long Needed { get; private set; }

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
    public bool Scan(out bool exact)
    {
        bool complete = _scanner.Advance(Start, Start + Received);
        exact = _scanner.NeededIsExact;
        if (!complete)
            Needed = Math.Max(_scanner.Needed, Received + 1);
        return complete;
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
