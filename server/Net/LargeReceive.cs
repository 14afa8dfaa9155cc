using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Server.Net;

/// <summary>
/// Where a connection's large command is being received: space claimed in a segment, where its bytes land once and stay;
/// or memory of its own, which grows as bytes come, when the pool is full or the client claims more than it may
/// (<see cref="ClaimLimit"/>). One for each connection, used again for each command.
/// </summary>
public sealed unsafe class LargeReceive
{
    /// <summary>What a command received outside the pool begins with: its announced length costs nothing.</summary>
    public const int MinOutsideBytes = 64 * 1024;

    // Memory is asked for when less than this is left: a receive should not be cut into small ones.
    private const int MinGrowthBytes = 16 * 1024;

    // Growing moves pages instead of bytes from about here on, and the memory left behind cannot be wiped. Nothing that
    // large is a password.
    private const long MinUnwipedBytes = 1 << 20;

    private RespScanner _scanner;
    private bool _entryPromised;
    private Claims? _claims;

    /// <summary>A command is being received.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Null when it is received outside the pool.</summary>
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

    /// <summary>Environment.TickCount64 when the command was first found to be large, and what had come of it by then.</summary>
    public long BeganMs { get; private set; }

    /// <inheritdoc cref="BeganMs"/>
    public long ReceivedAtBegin { get; private set; }

    /// <summary>Its place among its thread's claims, while it is one.</summary>
    internal int ClaimIndex { get; set; }

    /// <summary>The command is being run: should that close the connection, the space is still the runner's to settle.</summary>
    public bool IsRunning { get; set; }

    /// <summary>A new command begins: its progress is measured from here.</summary>
    public void StartClock(long received)
    {
        BeganMs = Environment.TickCount64;
        ReceivedAtBegin = received;
    }

    /// <summary>
    /// Claims the segment's next <paramref name="capacity"/> bytes, which <paramref name="claims"/>' limit has granted, and an
    /// entry to commit them with.
    /// </summary>
    public void BeginInPool(Claims claims, Segment segment, byte* start, long capacity, long received, long needed, bool ownsRest)
    {
        Debug.Assert(segment.State == SegmentState.Open && start == segment.Base + segment.Tail && capacity <= segment.FreeBytes, "a claim begins at the tail, and lies in what is free");
        segment.Tail = (uint)(start - segment.Base + capacity);
        segment.Reservations++;
        segment.PromisedEntries++;
        _entryPromised = true;
        _claims = claims;
        ClaimIndex = claims.Add(this);
        Begin(segment, start, capacity, received, needed, ownsRest);
    }

    /// <summary>Takes memory of its own: what has come, and some of what is to come.</summary>
    public void BeginOutside(Claims claims, long received, long needed)
    {
        Debug.Assert(received >= 0 && needed >= received, "what is needed includes what has come");
        long capacity = Math.Max(MinOutsideBytes, received + MinGrowthBytes);
        _claims = claims;
        claims.Limit.NoteOutside(capacity);
        Begin(null, (byte*)NativeMemory.Alloc((nuint)capacity), capacity, received, needed, ownsRest: true);
    }

    /// <summary>Before more is received outside the pool: takes as much memory again when little is left. False: there is none.</summary>
    /// <param name="slack">What may be received beyond the known need.</param>
    public bool TryGrow(long slack)
    {
        if (Segment is not null || Capacity - Received >= Math.Min(Needed - Received, MinGrowthBytes))
            return true;
        long capacity = Math.Min(2 * Capacity, Needed + slack);
        Debug.Assert(capacity >= Received && slack >= 0, "what has come stays when its memory grows");
        try
        {
            byte* grown = Capacity >= MinUnwipedBytes ? (byte*)NativeMemory.Realloc(Start, (nuint)capacity) : (byte*)NativeMemory.Alloc((nuint)capacity);
            if (Capacity < MinUnwipedBytes)
            {
                Buffer.MemoryCopy(Start, grown, capacity, Received);
                NativeMemory.Clear(Start, (nuint)Received);
                NativeMemory.Free(Start);
            }
            Start = grown;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        _claims!.Limit.NoteOutside(capacity - Capacity);
        Capacity = capacity;
        return true;
    }

    /// <summary>
    /// Looks at what has come. True: the command is complete (or malformed); else <see cref="Needed"/> has risen,
    /// and <paramref name="exact"/> tells whether it is the command's whole length.
    /// </summary>
    /// <param name="maxBulkBytes">proto-max-bulk-len.</param>
    /// <param name="exact">The bulk string being received is the last.</param>
    public bool Scan(long maxBulkBytes, out bool exact)
    {
        Debug.Assert(Received <= Capacity, "no more is received than there is room for");
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
        Debug.Assert(more > 0, "a claim grows when more is needed than it has");
        if (Segment is null || Segment.Tail != Start - Segment.Base + Capacity || more > Segment.FreeBytes)
            return false;
        more = Math.Min(more + slack, Segment.FreeBytes);
        if (!_claims!.Limit.TryTake(more))
            return false;
        Segment.Tail += (uint)more;
        Capacity += more;
        return true;
    }

    /// <summary>Goes on with what another one holds, which holds nothing afterwards. This one is at its end.</summary>
    public void TakeOver(LargeReceive other)
    {
        Debug.Assert(!IsActive && other.IsActive, "who takes a command over is at its end");
        Begin(other.Segment, other.Start, other.Capacity, other.Received, other.Needed, other.OwnsRest);
        _scanner = other._scanner;
        _entryPromised = other._entryPromised;
        _claims = other._claims;
        ClaimIndex = other.ClaimIndex;
        if (Segment is not null)
            _claims!.Replace(ClaimIndex, this);
        other._entryPromised = false;
        other.Forget();
    }

    /// <summary>What was scanned before the bytes moved here need not be scanned again.</summary>
    public void ContinueScan(in RespScanner scanner) => _scanner = scanner;

    public RespScanner Scanner => _scanner;

    /// <summary>The command is about to be noted in the log, or given up: its entry need not be kept for it any more.</summary>
    public void ReleasePromise()
    {
        Debug.Assert(!_entryPromised || Segment is { PromisedEntries: > 0 }, "a claim has its entry promised");
        if (_entryPromised)
            Segment!.PromisedEntries--;
        _entryPromised = false;
    }

    /// <summary>The command has not run after all (the client is paused): its entry is kept for it again.</summary>
    public void RenewPromise()
    {
        if (Segment is null || _entryPromised)
            return;
        Debug.Assert(IsActive && Segment.Reservations > 0, "a command that has not run keeps its claim");
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
        Debug.Assert(kept >= 0 && kept <= Received && Received <= Capacity, "what is kept of a command was received, in its claim");
        ReleasePromise();
        if (Segment is null)
        {
            NativeMemory.Free(Start);
            _claims!.Limit.NoteOutside(-Capacity);
        }
        else
        {
            _claims!.Remove(ClaimIndex);
            _claims.Limit.Return(Capacity);
            Debug.Assert(Start + Capacity <= Segment.Base + Math.Max(Segment.Tail, Segment.NotedEnd), "nobody is given what is claimed");
            if (Segment.Tail == (uint)(Start - Segment.Base + Capacity))
                Segment.Tail = (uint)(Start - Segment.Base + kept);
            Segment.Reservations--;
        }
        Forget();
    }

    private void Forget()
    {
        IsActive = false;
        Segment = null;
        Start = null;
        _claims = null;
    }

    private void Begin(Segment? segment, byte* start, long capacity, long received, long needed, bool ownsRest)
    {
        Debug.Assert(!IsActive && received <= capacity && received >= 0, "what has come of a command fits where it goes on");
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
