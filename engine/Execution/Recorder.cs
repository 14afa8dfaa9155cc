using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// Turns what a command does into log records: the received bytes themselves, kept where they landed, or a
/// record of the effect, written to the thread's effect log. Owner thread only.
/// </summary>
public sealed unsafe class Recorder(RecordSink sink, StripeLocks locks)
{
    private byte* _received;
    private uint _receivedBytes;
    private Segment? _segment;
    private byte* _record;

    /// <summary>What records are noted with, and where they go.</summary>
    public RecordSink Sink { get; internal set; } = sink;

    /// <summary>What is to be put aside while other commands run.</summary>
    internal RecorderState State
    {
        get => new((nint)_received, _receivedBytes, _segment, Outcome);
        set
        {
            _received = (byte*)value.Received;
            (_receivedBytes, _segment) = (value.ReceivedBytes, value.Segment);
            Outcome = value.Outcome;
        }
    }

    /// <summary>The running command changed something.</summary>
    public bool Wrote { get; private set; }

    /// <summary>The received bytes of the running command are part of the log now.</summary>
    public bool Retained { get; private set; }

    /// <summary>Bytes that were copied because they could not stay where they landed (orp_bytes_moved).</summary>
    public long BytesMoved { get; set; }

    /// <summary>A command begins. <paramref name="segment"/> is null when its bytes are not in the pool.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(byte* received, long bytes, Segment? segment)
    {
        Debug.Assert(segment is null || (received >= segment.Base + SegmentHeader.SizeBytes && received + bytes <= segment.Base + segment.Tail), "a command that runs lies before the tail: nobody is given its bytes");
        _received = received;
        _receivedBytes = (uint)bytes;
        _segment = segment;
        Wrote = false;
        Retained = false;
    }

    /// <summary>What became of the running command, for whoever runs another one in between.</summary>
    public RecordOutcome Outcome
    {
        get => new(Wrote, Retained);
        set => (Wrote, Retained) = (value.Wrote, value.Retained);
    }

    /// <summary>The running command, its bytes included, for whoever logs commands of its own before it has begun: eviction.</summary>
    internal (nint Received, uint Bytes, Segment? Segment, RecordOutcome Outcome) Running
    {
        get => ((nint)_received, _receivedBytes, _segment, Outcome);
        set
        {
            (_receivedBytes, _segment, Outcome) = (value.Bytes, value.Segment, value.Outcome);
            _received = (byte*)value.Received;
        }
    }

    /// <summary>EXEC is through: whether any of its commands wrote.</summary>
    public void NoteOutcome(bool wrote) => Wrote = wrote;

    /// <summary>
    /// Makes the command as received a record: in place when it lies in the pool, else by a copy to which the
    /// arguments point afterwards. False: the pool is full.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRetain(ArgList args, int database)
    {
        ulong sequence = locks.LastSequence + 1;
        if (_segment is null || !args.Items[0].Framed || !Sink.Writer.TryNote(_segment, _received, _receivedBytes, sequence, 1, database, EntryFlags.None))
            return TryRetainCopy(args, database);
        locks.LastSequence = sequence;
        Wrote = true;
        Retained = true;
        return true;
    }

    /// <summary>Bytes that records of effects may take before another segment must be opened.</summary>
    public long Room => Sink.Effects.Current?.FreeBytes ?? 0;

    /// <summary>Adjacent slots that the last record, for which there was no room, would have needed.</summary>
    public long RefusedSlots => Sink.Effects.RefusedSlots;

    /// <summary>Begins to tell what the running command is going to log. Then <see cref="TryPrepare"/>.</summary>
    public RecordPlan BeginPlan(AppendPurpose purpose = AppendPurpose.Write)
    {
        Plan.Begin(purpose);
        return Plan;
    }

    /// <summary>What was planned last.</summary>
    public RecordPlan Plan => Sink.Plan;

    /// <summary>Makes sure that there is room for all that is planned, until <see cref="EndPrepared"/>. False: there is not.</summary>
    public bool TryPrepare() => Sink.Effects.TryPrepare(Plan.Slots, Plan.Purpose);

    /// <summary>The command, or the transaction, is through: what it did not use of its room is given back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndPrepared()
    {
        if (Plan.IsOpen)
            EndPlan();
    }

    /// <summary>
    /// Opens a record of at most <paramref name="maxBytes"/> in the effect log; null when the pool is full. Fill
    /// it, then call <see cref="End"/> before anything else is recorded.
    /// </summary>
    public byte* TryBegin(long maxBytes, AppendPurpose purpose = AppendPurpose.Write)
    {
        Debug.Assert(maxBytes > 0, "a record has a length");
        AppendLog effects = Sink.Effects;
        _record = effects.TryReserve(maxBytes, purpose) ? effects.Tail : null;
        return _record;
    }

    /// <summary>Closes the record opened last: one command, ending at <paramref name="end"/>.</summary>
    public void End(byte* end, int database, EntryFlags flags, bool isTombstone)
    {
        Segment segment = Sink.Effects.Current!;
        uint bytes = (uint)(end - _record);
        Debug.Assert(_record == segment.Base + segment.Tail && end > _record, "a record ends where it was opened, with nothing else between");
        if (!Sink.Writer.TryNote(segment, _record, bytes, ++locks.LastSequence, 1, database, flags))
            throw new InvalidOperationException("the effect log has no room for an entry that it reserved");
        segment.Tail += bytes;
        if ((flags & EntryFlags.Global) != 0)
            segment.HoldsGlobals = true;
        if (isTombstone)
            segment.AddTombstoneBytes(bytes);
        Wrote = true;
    }

    private void EndPlan()
    {
        Debug.Assert(Plan.IsOpen, "a plan ends once");
        Plan.End();
        if (Sink.Effects.IsPrepared)
            Sink.Effects.EndPrepared();
    }

    // Inline commands, commands of EXEC, commands received outside the pool, and the last ones of a full segment.
    private bool TryRetainCopy(ArgList args, int database)
    {
        long bytes = RecordPlan.CopyBytes(args);
        byte* p = TryBegin(bytes);
        if (p == null)
            return false;
        *p = (byte)'*';
        p = Integers.Write(p + 1, args.Count);
        *p++ = (byte)'\r';
        *p++ = (byte)'\n';
        for (int i = 0; i < args.Count; i++)
        {
            Arg* arg = args.Items + i;
            byte* data = p + BulkString.HeaderBytes(arg->Length);
            p = BulkString.WriteBulk(p, arg->Data, arg->Length);
            arg->Data = data;
            arg->Framed = true;
        }
        BytesMoved += bytes;
        End(p, database, EntryFlags.None, isTombstone: false);
        return true;
    }
}

/// <summary>What the recorder has done for one command.</summary>
/// <param name="Wrote">It changed something.</param>
/// <param name="Retained">Its received bytes are part of the log.</param>
public readonly record struct RecordOutcome(bool Wrote, bool Retained);
