using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Linux;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Server.Net;

/// <summary>
/// Optimistic Receiver Persistence: sockets receive into the free tail of the thread's open segment, commands
/// are parsed and run where they landed, what changed nothing is overwritten by the next receive.
/// Positions in the window, always: segment tail ≤ retained end ≤ parsed ≤ received.
/// Source: Stamler et al., "zIO", OSDI '22, §4.2; docs/architecture.md, "Receive path".
/// </summary>
public sealed unsafe class Receiver : IDisposable
{
    /// <summary>
    /// Bytes asked of one receive. One connection's turn is at most this; chosen by `bench -- set` (larger ones
    /// fall out of the cache before they are parsed).
    /// </summary>
    public const int MaxReceiveBytes = 256 * 1024;

    /// <summary>A window smaller than this is not used: the next segment is opened.</summary>
    private const int MinWindowBytes = 16 * 1024;

    /// <summary>A command known to need at least this much is given space of its own instead of being stashed.</summary>
    private const int ReserveThresholdBytes = 1024;

    // What one connection's pipeline may take of a turn: then others have theirs.
    private static readonly long s_share = System.Diagnostics.Stopwatch.Frequency / 250;  // 4 ms

    private const int LongLineBytes = RespParser.MaxInlineBytes + 64;

    private readonly AppendLog _received;
    private readonly Dispatcher _dispatcher;
    private readonly Recorder _recorder;
    private readonly ThreadCounters _counters;
    private readonly CommandContext _context;
    private readonly CommandGroup _group;
    private readonly EngineThread _thread;
    private readonly LargePlacement _placement;
    private readonly Action _breathe;
    private readonly byte* _scratch;
    private OwnerThread _owner;

    public Receiver(AppendLog received, Dispatcher dispatcher, Recorder recorder, CommandContext context, ThreadCounters counters, ArgList args, LargePlacement placement)
    {
        Args = args;
        _received = received;
        _dispatcher = dispatcher;
        _recorder = recorder;
        _context = context;
        _group = new CommandGroup(context.Server, args, context.Locks);
        _thread = context.Thread;
        _counters = counters;
        _placement = placement;
        _breathe = context.Breathe;
        _scratch = (byte*)NativeMemory.AlignedAlloc(MaxReceiveBytes + LongLineBytes, 4096);
    }

    /// <summary>Where commands are parsed to. Must be the context's while this receives.</summary>
    public ArgList Args { get; }

    /// <summary>
    /// Takes what the socket has and runs every command that is complete. Returns false when the connection is
    /// at its end (closed by the peer, or an error).
    /// </summary>
    public bool Receive(Connection connection)
    {
        _owner.Check();
        _thread.Phase = TurnPhase.Receiving;
        bool alive = connection.Large.IsActive ? ReceiveLarge(connection, connection.Large) : ReceiveWindow(connection);
        // One command may not gather more than client-query-buffer-limit, whatever its parts are allowed to be.
        return alive && (!connection.Large.IsActive || connection.Large.Needed <= _context.Server.Options.ClientQueryBufferLimitBytes);
    }

    private bool ReceiveWindow(Connection connection)
    {
        Debug.Assert(!connection.IsHeld, "nothing is read from a connection whose input is held");
        Segment? segment = OpenWindow(connection, out byte* window, out long room);
        int stashed = connection.StashLength;
        Debug.Assert(room > stashed, "a window has room behind what was kept from the turn before");
        CopyStash(connection, segment, window);
        nint received = SocketCalls.Recv(connection.Descriptor, window + stashed, (nuint)(Math.Min(room, MaxReceiveBytes + stashed) - stashed), 0);
        if (received <= 0)
        {
            int error = received < 0 ? Errno.Current : 0;
            _placement.Wipe(segment, window, stashed);
            return received < 0 && IsTransient(error);
        }
        _counters.NetInputBytes += received;
        if (stashed > 0)
            connection.ReleaseStash();
        Run(connection, segment, window, window + stashed + received);
        return true;
    }

    /// <summary>Runs what was held back.</summary>
    public void Resume(Connection connection)
    {
        _owner.Check();
        _thread.Phase = TurnPhase.Receiving;
        connection.Release();
        if (connection.Large.IsActive)
            FinishLarge(connection, connection.Large);
        else
            RunStash(connection);
    }

    /// <summary>The connection closes: what it sent of a large command may be the beginning of a secret.</summary>
    public void Abandon(Connection connection)
    {
        // One that runs may be in the log already; FinishLarge settles what becomes of its bytes.
        if (connection.Large is { IsActive: true, IsRunning: false } large)
        {
            _placement.Wipe(large);
            _placement.Claims.HasReleased |= large.Segment is not null;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_scratch);
        Args.Dispose();
    }

    // The window this connection receives into: pool memory, or the scratch buffer when the pool is full.
    private Segment? OpenWindow(Connection connection, out byte* window, out long room)
    {
        // What one client has sent before must not open more than it could claim.
        if (connection.LargeHint > PoolHeader.SlotBytes / 2 && !_placement.Claims.Limit.Admits(connection.LargeHint))
            connection.LargeHint = 0;
        long wanted = Math.Max(connection.StashLength + MinWindowBytes, connection.LargeHint);
        Segment? segment = null;
        if (_received.TryReserve(wanted) || (wanted > MinWindowBytes + connection.StashLength && _received.TryReserve(connection.StashLength + MinWindowBytes)))
        {
            segment = _received.Current!;
            window = _received.Tail;
            room = segment.FreeBytes;
            // Near the segment's end an unknown client gets little: what it sends may have to move elsewhere.
            if (room < 2 * MaxReceiveBytes && connection.LargeHint == 0)
                room = Math.Min(room, connection.StashLength + MinWindowBytes);
            else if (connection.LargeHint > 0 && room >= connection.LargeHint && connection.StashLength == 0)
                room = WholeCommands(room, connection.LargeHint);
            return segment;
        }
        window = _scratch;
        room = MaxReceiveBytes + LongLineBytes;
        connection.LargeHint = 0;
        return segment;
    }

    private bool ReceiveLarge(Connection connection, LargeReceive large)
    {
        if (!large.TryGrow(large.Needed - large.Received >= MinWindowBytes ? LargePlacement.ShortTailBytes : MaxReceiveBytes))
            return false;
        // After a large value only a few bytes of its own command are expected: what comes beyond must be moved.
        long missing = large.Needed - large.Received;
        long asked = !large.OwnsRest ? missing
            : Math.Min(large.Capacity - large.Received, missing >= MinWindowBytes ? missing + LargePlacement.ShortTailBytes : MaxReceiveBytes);
        // Behind the end of a command whose length is exact, the next one of the pipeline: into the window, by the same call.
        Segment? window = large.OwnsRest || connection.StashLength > 0 ? null : _received.Current;
        long room = window is null ? 0 : Math.Min(WholeCommands(window.FreeBytes, connection.LargeHint), MaxReceiveBytes);
        if (room < MinWindowBytes)
            window = null;
        if (asked <= 0 || large.Received + asked > large.Capacity)
            throw new InvalidOperationException($"{asked} bytes cannot be received behind {large.Received} of {large.Capacity}");
        nint received = ReceiveInto(connection.Descriptor, large, asked, window, room);
        if (received <= 0)
            return received < 0 && IsTransient(Errno.Current);
        _counters.NetInputBytes += received;
        long behind = Math.Max(0, received - asked);
        large.Received += received - behind;
        Debug.Assert(large.Received <= large.Capacity && (behind == 0 || window is not null), "what came lies in the claim, or in the window behind it");
        if (large.Received < large.Needed)
            return true;
        if (behind == 0)
        {
            Advance(connection, large);
            return true;
        }
        // Until they have run, the bytes behind the command keep their place and their segment.
        byte* start = window!.Base + window.Tail;
        window.Tail += (uint)behind;
        window.Reservations++;
        try
        {
            Advance(connection, large);
            RunBehind(connection, window, start, start + behind);
        }
        finally
        {
            window.Reservations--;
        }
        return true;
    }

    // All that was known to be needed has come.
    private void Advance(Connection connection, LargeReceive large)
    {
        if (large.Scan(connection.Owner.LimitsFor(connection).MaxBulkBytes, out bool exact))
            FinishLarge(connection, large);
        else
            _placement.MakeRoom(large, exact);
    }

    // As many bytes as commands of the expected size fit into: a further one would have to move to the next segment.
    private static long WholeCommands(long room, long commandBytes) =>
        commandBytes > 0 ? room / commandBytes * commandBytes : room;

    private nint ReceiveInto(int descriptor, LargeReceive large, long asked, Segment? window, long room)
    {
        byte* rest = large.Start + large.Received;
        if (window is null)
            return SocketCalls.Recv(descriptor, rest, (nuint)asked, 0);
        IoVector* vectors = stackalloc IoVector[2];
        vectors[0] = new IoVector { Base = rest, Length = (nuint)asked };
        vectors[1] = new IoVector { Base = window.Base + window.Tail, Length = (nuint)room };
        MessageHeader message = new() { Vectors = vectors, VectorCount = 2 };
        return SocketCalls.RecvMsg(descriptor, &message, 0);
    }

    // What came behind a large command, once that has run.
    private void RunBehind(Connection connection, Segment window, byte* start, byte* end)
    {
        Debug.Assert(start < end && end <= window.Base + window.Tail && window.Reservations > 0, "what came behind a command keeps its place until it has run");
        bool over = connection.Session.CloseAfterReply || connection.IsClosed;
        if (!over && !connection.Large.IsActive && !connection.IsHeld)
        {
            Run(connection, window, start, end);
            return;
        }
        // Paused, or at its end.
        if (!over)
            connection.StashBytes(start, (int)(end - start));
        _placement.Wipe(window, start, end - start);
        if (window.Base + window.Tail == end)
            window.Tail = (uint)(start - window.Base);
    }

    private void FinishLarge(Connection connection, LargeReceive large)
    {
        Debug.Assert(large.IsActive && !large.IsRunning, "a large command runs once at a time");
        byte* end = large.Start + large.Received;
        Sessions.Session session = connection.Session;
        bool wasClosing = session.CloseAfterReply;
        bool isLong = large.Received > MaxReceiveBytes;
        if (isLong)
            connection.Owner.BeginReplies(connection);
        _context.Args.Reset();
        large.IsRunning = true;
        ParseResult result = RespParser.Parse(large.Start, end, _context.Args, connection.Owner.LimitsFor(connection), isLong ? _breathe : null);
        large.IsRunning = false;
        if (session.CloseAfterReply && !wasClosing)
        {
            // It was killed in the middle of that.
            Abandon(connection);
            large.End(kept: 0);
            return;
        }
        if (result.Status == ParseStatus.Incomplete)
        {
            large.ExpectMore(result.Needed);
            _placement.MakeRoom(large, exact: false);
            return;
        }
        bool retained = false;
        long consumed = large.Received;
        if (result.Status == ParseStatus.Invalid)
        {
            _dispatcher.ProtocolError(connection, result.Error!);
            _placement.Wipe(large.Segment, large.Start, consumed);
        }
        else
        {
            consumed = result.Consumed;
            // The promised entry is the one that the command is going to take.
            large.ReleasePromise();
            large.IsRunning = true;
            bool ran = _dispatcher.Execute(connection, large.Start, consumed, large.Segment, CommandTable.Find(_context.Args.Items[0].Span));
            large.IsRunning = false;
            _thread.Phase = TurnPhase.Receiving;
            if (!ran)
            {
                large.RenewPromise();
                return;
            }
            retained = _recorder.Retained && large.Segment is not null;
            if (!retained && _dispatcher.CarriedSecret)
                _placement.Wipe(large.Segment, large.Start, consumed);
        }
        Debug.Assert(consumed > 0 && consumed <= large.Received, "a command ends within what was received");
        bool goesOn = consumed < large.Received && !connection.Session.CloseAfterReply && !connection.IsClosed;
        if (goesOn)
            connection.StashBytes(large.Start + consumed, (int)(large.Received - consumed));
        _placement.Wipe(large.Segment, large.Start + consumed, large.Received - consumed);
        if (retained)
            _counters.BytesRetained += consumed;
        else
            _counters.BytesRewound += consumed;
        large.End(retained ? consumed : 0);
        if (!connection.IsHeld && (goesOn || (connection.StashLength > 0 && !connection.Session.CloseAfterReply && !connection.IsClosed)))
            RunStash(connection);
    }

    // What was kept from the turn before goes to the front of the window.
    private void CopyStash(Connection connection, Segment? segment, byte* window)
    {
        Debug.Assert(segment is null || window + connection.StashLength <= segment.Base + segment.Bytes, "what was kept from the turn before fits the window");
        connection.Stash.CopyTo(new Span<byte>(window, connection.StashLength));
        _recorder.BytesMoved += segment is null ? 0 : connection.StashLength;
    }

    // Runs bytes that are here already: the socket may never have more to say.
    private void RunStash(Connection connection)
    {
        int stashed = connection.StashLength;
        if (stashed == 0)
            return;
        Segment? segment = OpenWindow(connection, out byte* window, out long room);
        // With the pool full, what was held may be larger than the scratch buffer.
        byte* own = segment is null && stashed > room ? (byte*)NativeMemory.Alloc((nuint)stashed) : null;
        window = own != null ? own : window;
        CopyStash(connection, segment, window);
        connection.ReleaseStash();
        Run(connection, segment, window, window + stashed);
        NativeMemory.Free(own);
    }

    // Runs the commands in [start, end) and settles what becomes of the rest of the window.
    private void Run(Connection connection, Segment? segment, byte* start, byte* end)
    {
        if (segment is null)
        {
            RunWindow(connection, null, start, end);
            return;
        }
        // An inner turn may seal it.
        segment.Reservations++;
        try
        {
            RunWindow(connection, segment, start, end);
        }
        finally
        {
            segment.Reservations--;
        }
    }

    private void RunWindow(Connection connection, Segment? segment, byte* start, byte* end)
    {
        Debug.Assert(start < end && (segment is null || (segment.Contains(start) && end <= segment.Base + segment.Bytes && segment.Reservations > 0)), "a window lies in its segment, which stays until its commands have run");
        byte* p = start;
        byte* retainedEnd = start;
        // Entries promised while the commands run must not grow into bytes that are still to be parsed.
        // Behind them an inner turn may have received more, in the command before these.
        if (segment is not null)
            segment.Tail = Math.Max(segment.Tail, (uint)(end - segment.Base));
        bool goesOn = true;
        bool largeBegan = false;
        long until = 0;
        while (p < end && goesOn)
        {
            ParseLimits limits = connection.Owner.LimitsFor(connection);
            int max = limits.Unauthenticated ? 1 : CommandGroup.MaxCommands;
            byte* parsed = _group.Parse(p, end, limits, max, _context.DatabaseOf(connection.Session));
            ParseResult last = _group.Last;
            goesOn = Execute(connection, segment, ref p, ref retainedEnd);
            if (!goesOn)
                break;
            p = parsed;
            if (last.Status == ParseStatus.Complete)
            {
                goesOn = p == end || HasTime(connection, ref until);
                continue;
            }
            goesOn = false;
            if (last.Status == ParseStatus.Invalid)
            {
                _dispatcher.ProtocolError(connection, last.Error!);
                _placement.Wipe(segment, p, end - p);
                p = end;
            }
            else if (last.Needed >= ReserveThresholdBytes || end - p > LongLineBytes)
            {
                _placement.Begin(connection.Large, segment, p, end, last);
                connection.LargeHint = last.Needed;
                largeBegan = true;
                end = p;
            }
        }
        if (!largeBegan)
            connection.LargeHint = 0;
        if (p < end)
        {
            if (!connection.Session.CloseAfterReply && !connection.IsClosed)
                connection.StashBytes(p, (int)(end - p));
            _placement.Wipe(segment, p, end - p);
        }
        Debug.Assert(start <= retainedEnd && retainedEnd <= p && p <= end, "retained end, parsed, received: none is ahead of the next");
        if (segment is null)
            return;
        if (segment.Tail == (uint)(end - segment.Base))
            segment.Tail = (uint)(retainedEnd - segment.Base);
        _counters.BytesRewound += end - retainedEnd;
        _counters.BytesRetained += retainedEnd - start;
    }

    private static bool HasTime(Connection connection, ref long until)
    {
        long now = System.Diagnostics.Stopwatch.GetTimestamp();
        if (until == 0)
            until = now + s_share;
        if (now < until)
            return true;
        connection.Hold(HoldReason.TurnOver);
        return false;
    }

    // Runs the group. False: the connection is held (p is where it goes on later), or is at its end.
    private bool Execute(Connection connection, Segment? segment, ref byte* p, ref byte* retainedEnd)
    {
        _dispatcher.BeginGroup();
        for (int i = 0; i < _group.Count; i++)
        {
            ParsedCommand item = _group[i];
            p = item.Start;
            _context.Args.Select(item.FirstArg, item.ArgCount);
            bool ran = _dispatcher.Execute(connection, item.Start, item.Bytes, segment, item.Spec);
            _thread.Phase = TurnPhase.Receiving;
            if (!ran)
                return false;
            if (_recorder.Retained && segment is not null)
                retainedEnd = item.Start + item.Bytes;
            else if (_dispatcher.CarriedSecret)
                _placement.Wipe(segment, item.Start, item.Bytes);
            if (connection.Session.CloseAfterReply || connection.IsClosed || connection.IsHeld)
            {
                p = item.Start + item.Bytes;
                return false;
            }
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsTransient(int errno) => errno is Errno.EAgain or Errno.EIntr;
}
