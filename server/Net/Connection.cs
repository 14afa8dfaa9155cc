using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Engine.Keyspace;
using Pkv.Linux;
using Pkv.Server.Sessions;

namespace Pkv.Server.Net;

/// <summary>
/// One client's socket: what has been received of a command that is not complete, and what could not be sent
/// yet. An idle connection holds neither. Owned by one I/O thread.
/// </summary>
public sealed unsafe class Connection : IDisposable
{
    private byte* _stash;
    private int _stashCapacity;

    public Connection(int descriptor, IoThread owner, Session session)
    {
        Descriptor = descriptor;
        Owner = owner;
        Session = session;
    }

    public int Descriptor { get; }
    public IoThread Owner { get; }
    public Session Session { get; }
    public bool IsClosed { get; set; }

    /// <summary>Replies waiting for the socket or for the device.</summary>
    public OutputQueue Output { get; } = new();

    /// <summary>EPOLLOUT is asked for.</summary>
    public bool WantsWrite { get; set; }

    /// <summary>Sync ticket that the waiting replies need; 0: none.</summary>
    public long HoldTicket { get; set; }

    /// <summary>The replies of this turn tell of writes that the device does not have yet.</summary>
    public bool AwaitsDurability { get; set; }

    /// <summary>Unix ms since when the output is above its soft limit; 0: it is not.</summary>
    public long SoftLimitSinceMs { get; set; }

    /// <summary>Bytes that the last large command needed: its successor is expected to need as much.</summary>
    public long LargeHint { get; set; }

    /// <summary>Published messages were queued for it that nobody has tried to send yet.</summary>
    public bool IsTold { get; set; }

    /// <summary>Why the rest of its input, which lies in the stash, is held.</summary>
    public HoldReason HoldReason { get; private set; }

    /// <summary>The rest of its input is held.</summary>
    public bool IsHeld => HoldReason != HoldReason.None;

    /// <summary>Unix ms since when the command at hand has found no room; 0: it has not been held.</summary>
    public long ShortOfRoomSinceMs { get; set; }

    /// <summary>What it waits for is that slots become free next to each other.</summary>
    public bool AwaitsAdjacentSlots { get; set; }

    /// <summary>The stripe that it waits for, under <see cref="HoldReason.KeysBusy"/>; null: it is not a single one.</summary>
    public Stripe* BusyStripe { get; set; }

    /// <summary>Its command is under way while an inner turn is served.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Whether this turn wrote replies for it, and where the last of them lie in the thread's gather buffer.</summary>
    public bool InTurn;
    public int ReplyStart, ReplyEnd, SliceStart, SliceEnd;

    /// <summary>The same in one.</summary>
    public ReplyRange Replies
    {
        get => new(ReplyStart, ReplyEnd, SliceStart, SliceEnd);
        set
        {
            Debug.Assert(value.Start <= value.End && value.SliceStart <= value.SliceEnd, "replies end behind their beginning");
            (ReplyStart, ReplyEnd, SliceStart, SliceEnd) = (value.Start, value.End, value.SliceStart, value.SliceEnd);
        }
    }

    /// <summary>It was to be closed while its command was under way: nothing more goes out to it.</summary>
    public bool ClosesAtEnd { get; set; }

    /// <summary>
    /// Has the poller tell of what its state asks for: of input, unless that is held or over, and of room for output that waits. Nothing
    /// once it is closed: its descriptor may be another connection's by then.
    /// </summary>
    public void Listen()
    {
        if (IsClosed)
            return;
        uint input = IsSuspended ? 0 : IsHeld ? PollCalls.EpollRdHup : Session.CloseAfterReply ? 0 : PollCalls.EpollIn;
        Owner.Poller.Modify(Descriptor, input | (WantsWrite ? PollCalls.EpollOut : 0));
    }

    /// <summary>Holds the rest of its input. It is not held.</summary>
    public void Hold(HoldReason reason)
    {
        if (IsHeld || reason == HoldReason.None)
            throw new InvalidOperationException($"a connection held for {HoldReason} cannot be held for {reason}");
        HoldReason = reason;
    }

    /// <summary>The reason is gone.</summary>
    public void Release() => HoldReason = HoldReason.None;

    /// <summary>Start of an incomplete command, in memory of its own, between turns.</summary>
    public ReadOnlySpan<byte> Stash => new(_stash, StashLength);

    public int StashLength { get; private set; }

    /// <summary>The large command that is being received into space reserved for it, if there is one.</summary>
    public LargeReceive Large { get; } = new();

    /// <summary>Keeps bytes until the next turn.</summary>
    public void StashBytes(byte* data, int length)
    {
        Debug.Assert(length > 0 && StashLength == 0, "what is in the stash is taken out before more comes: else it would be lost");
        if (length > _stashCapacity)
        {
            NativeMemory.Free(_stash);
            _stashCapacity = Math.Max(256, length);
            _stash = (byte*)NativeMemory.Alloc((nuint)_stashCapacity);
        }
        Buffer.MemoryCopy(data, _stash, _stashCapacity, length);
        StashLength = length;
    }

    /// <summary>The stash was copied to the window. Wiped: an unfinished AUTH may be in it.</summary>
    public void ReleaseStash()
    {
        new Span<byte>(_stash, StashLength).Clear();
        NativeMemory.Free(_stash);
        _stash = null;
        _stashCapacity = StashLength = 0;
    }

    public void Dispose()
    {
        ReleaseStash();
        Output.Dispose();
        if (!Large.IsRunning)
            Large.End(kept: 0);
    }
}

/// <summary>A part of a thread's gather buffer, and the slices that stand in it.</summary>
public readonly record struct ReplyRange(int Start, int End, int SliceStart, int SliceEnd);
