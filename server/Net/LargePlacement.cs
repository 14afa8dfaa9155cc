using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Engine.Execution;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Server.Net;

/// <summary>Where an I/O thread's large commands are received: behind what has come of them, elsewhere in the pool, or outside it. Owner thread only.</summary>
public sealed unsafe class LargePlacement
{
    /// <summary>What may follow a large value in its own command (EX 10, NX), and is received with it.</summary>
    public const int ShortTailBytes = 512;

    /// <summary>Entries tell offset and length in 32 bits.</summary>
    private const long MaxRecordBytes = uint.MaxValue - 2L * PoolHeader.SlotBytes;

    /// <summary>A large value that comes to nothing is not wiped in full, when its command's name says that it is no password.</summary>
    private const int MaxWipeBytes = 1 << 20;

    private readonly ServerState _server;
    private readonly AppendLog _received;
    private readonly Dispatcher _dispatcher;
    private readonly Recorder _recorder;
    private readonly LargeReceive _moved = new();
    private OwnerThread _owner;

    public LargePlacement(ServerState server, AppendLog received, Dispatcher dispatcher, Recorder recorder)
    {
        _server = server;
        _received = received;
        _dispatcher = dispatcher;
        _recorder = recorder;
        Claims = new Claims(server.ClaimLimit, received, MoveOut);
    }

    /// <summary>The large commands that are being received into the pool.</summary>
    public Claims Claims { get; }

    /// <summary>
    /// A command that is not complete and is large, or whose length is not known and has grown long: what has come of it is [p, end).
    /// It stays where it is when its space follows free; only when it cannot does its beginning move.
    /// </summary>
    public void Begin(LargeReceive large, Segment? segment, byte* p, byte* end, in ParseResult result)
    {
        _owner.Check();
        long have = end - p;
        Debug.Assert(have > 0 && !large.IsActive, "one command is received at a time, and something of it has come");
        Debug.Assert(segment is null || (segment.Contains(p) && end <= segment.Base + segment.Tail), "what has come lies before the tail: nobody is given it");
        long needed = Math.Max(result.Needed, have + 1);
        bool exact = result.NeededIsExact;
        large.StartClock(have);
        // Unless somebody was given what follows: an inner turn receives into it, or opens another segment.
        bool isLast = segment is { State: SegmentState.Open } && segment.Tail == (uint)(end - segment.Base);
        if (isLast)
            segment!.Tail = (uint)(p - segment.Base);
        long wanted = isLast ? Math.Min(segment!.FreeBytes, needed + SlackFor(have, needed, exact)) : 0;
        if (needed <= wanted && Claims.Limit.TryTake(wanted))
        {
            large.BeginInPool(Claims, segment!, p, wanted, have, needed, !exact);
            return;
        }
        BeginElsewhere(large, p, have, needed, exact);
        // Another thread may have returned what was refused above: then it has stayed where it is.
        if (large.Start != p)
            Wipe(segment, p, have);
    }

    // What is reserved beyond the known need: nothing behind a command's last bulk string, room for short options behind
    // another one, more where no length is known. Not the whole segment: many clients may be at this at once.
    private static long SlackFor(long have, long needed, bool exact) =>
        exact ? 0 : needed - have > ShortTailBytes ? ShortTailBytes : Receiver.MaxReceiveBytes;

    /// <summary>
    /// The command is longer than was known. Its space grows in place while nobody else has been given what follows it;
    /// outside the pool it grows as bytes come.
    /// </summary>
    public void MakeRoom(LargeReceive large, bool exact)
    {
        if (large.Segment is null || large.Needed <= large.Capacity || large.TryExtend(SlackFor(large.Received, large.Needed, exact)))
            return;
        BeginElsewhere(_moved, large.Start, large.Received, large.Needed, exact);
        Replace(large);
    }

    // Moves the beginning of a command to a segment that has room for it, or to memory of its own when there is none or the
    // client may not claim so much.
    private void BeginElsewhere(LargeReceive large, byte* p, long have, long needed, bool exact)
    {
        Debug.Assert(needed > have || large == _moved, "room is made for what is to come");
        // A command of several large values is given room to grow, so that its beginning moves a few times at most.
        long wanted = exact ? needed : Math.Max(needed + SlackFor(have, needed, exact), Math.Min(2 * have, MaxRecordBytes));
        bool granted = wanted <= MaxRecordBytes && Claims.Limit.TryTake(wanted);
        if (granted && _received.TryReserve(wanted))
        {
            large.BeginInPool(Claims, _received.Current!, _received.Tail, wanted, have, needed, !exact);
            _recorder.BytesMoved += have;
        }
        else
        {
            if (granted)
                Claims.Limit.Return(wanted);
            large.BeginOutside(Claims, have, needed);
        }
        Buffer.MemoryCopy(p, large.Start, large.Capacity, have);
    }

    // Between turns: the command goes on outside the pool, and what it held there is free.
    private void MoveOut(LargeReceive large)
    {
        Debug.Assert(large.IsActive && !large.IsRunning && large.Segment is not null, "what moves out is a claim, between turns");
        _owner.Check();
        _moved.BeginOutside(Claims, large.Received, large.Needed);
        Buffer.MemoryCopy(large.Start, _moved.Start, _moved.Capacity, large.Received);
        Replace(large);
        Claims.HasReleased = true;
    }

    private void Replace(LargeReceive large)
    {
        Debug.Assert(_moved.IsActive && _moved.Received == large.Received, "all that has come has moved");
        _moved.ContinueScan(large.Scanner);
        Wipe(large);
        large.End(kept: 0);
        large.TakeOver(_moved);
    }

    /// <summary>What has come of a large command does not stay.</summary>
    public void Wipe(LargeReceive large)
    {
        bool harmless = large.Received > MaxWipeBytes
            && CommandName.TryRead(new ReadOnlySpan<byte>(large.Start, MaxWipeBytes), out ReadOnlySpan<byte> name) && !_dispatcher.MayCarrySecret(name);
        Wipe(large.Segment, large.Start, harmless ? MaxWipeBytes : large.Received);
    }

    /// <summary>
    /// What was received and does not stay may be (the beginning of) a command with a password: it must not be found in the
    /// pool later, so zeros go the same way to the medium as the bytes did.
    /// </summary>
    public void Wipe(Segment? segment, byte* start, long bytes)
    {
        if (bytes == 0)
            return;
        Debug.Assert(bytes > 0 && (segment is null || (segment.Contains(start) && start + bytes <= segment.Base + segment.Bytes - (long)segment.EntryCount * CommitEntry.SizeBytes)), "what is wiped lies between header and entries");
        NativeMemory.Clear(start, (nuint)bytes);
        if (segment is not null)
            _server.Pool.Medium.Flush(start, (nuint)bytes);
    }
}
