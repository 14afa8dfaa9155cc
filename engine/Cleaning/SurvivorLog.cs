using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Records;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// Appends what the cleaner keeps to segments of their own, so that old data gathers with old data. Each record takes the
/// next number, and following ones share a commit entry; or it keeps the number it had. Owner thread only; the key's stripe is held.
/// </summary>
internal sealed unsafe class SurvivorLog(Pool pool, AppendLog log, LogWriter writer, StripeLocks locks, CleanerStatistics statistics)
{
    private readonly List<Segment> _touched = [];
    private nint _range;
    private Segment? _victim;
    private ulong _runOf;
    private Segment? _openRunIn;
    private ulong _openRunOf;

    /// <summary>Bytes that fit into the open segment.</summary>
    public long Room => log.Room;

    /// <summary>
    /// What is appended from now on comes from this victim.
    /// </summary>
    /// <param name="victim">Which.</param>
    /// <param name="isRun">It is nothing but deletions and the like that the victim goes on holding: a crash makes them count for nothing,
    /// until <see cref="NoteEmptied"/>, so that the room they took is not lost.</param>
    public void BelongTo(Segment victim, bool isRun)
    {
        Debug.Assert(victim.State == SegmentState.Cleaning, "survivors come from a victim that is being cleaned");
        if (_victim != victim)
            _touched.Clear();
        _victim = victim;
        _runOf = isRun ? victim.Generation : 0;
    }

    /// <summary>Notes that everything needed of the victim is committed elsewhere, unless there is no room to note it.</summary>
    public void NoteEmptied(Segment victim)
    {
        Debug.Assert(victim.State == SegmentState.Cleaning, "a victim is emptied before it is let go");
        if (victim != _victim || !victim.HoldsTombstones || log.Current is not { } segment)
            return;
        foreach (Segment touched in _touched)
        {
            if (touched != segment && !writer.TryMark(segment, CleanerMark.Relies, touched.Generation, (uint)touched.EntryCount))
                return;
        }
        if (writer.TryMark(segment, CleanerMark.Emptied, victim.Generation))
            (_openRunIn, _openRunOf) = (segment, 0);
    }

    /// <summary>Appends a value; returns its key's bulk string, or null when there is no room.</summary>
    /// <param name="key">The key's bulk string.</param>
    /// <param name="keyBytes">Its length.</param>
    /// <param name="value">The value's bulk string; often right behind.</param>
    /// <param name="valueBytes">Its length.</param>
    /// <param name="expiryMs">What the record is to tell, Unix ms, or -1.</param>
    /// <param name="place">Its number and database.</param>
    public byte* TryAppendValue(byte* key, long keyBytes, byte* value, long valueBytes, long expiryMs, in LogPlace place)
    {
        byte* record = TryBegin(keyBytes + valueBytes + Effects.SetHeaderBytes + Effects.ExpiryBytes);
        if (record == null)
            return null;
        byte* p = record;
        Effects.SetHeader(ref p, expiryMs >= 0);
        byte* moved = p;
        if (value == key + keyBytes)
            Buffer.MemoryCopy(key, p, keyBytes + valueBytes, keyBytes + valueBytes);
        else
        {
            Buffer.MemoryCopy(key, p, keyBytes, keyBytes);
            Buffer.MemoryCopy(value, p + keyBytes, valueBytes, valueBytes);
        }
        p += keyBytes + valueBytes;
        if (expiryMs >= 0)
            Effects.Expiry(ref p, expiryMs);
        Debug.Assert(p - record <= keyBytes + valueBytes + Effects.SetHeaderBytes + Effects.ExpiryBytes, "a record is no longer than the room that was taken for it");
        End(record, p, place);
        statistics.RecordsMoved++;
        return moved;
    }

    /// <summary>Appends a deletion. False: no room.</summary>
    public bool TryAppendDelete(byte* key, int length, in LogPlace place, ulong bound)
    {
        byte* record = TryBegin(BulkString.BulkBytes(length) + 32);
        if (record == null)
            return false;
        byte* p = record;
        Effects.Delete(ref p, key, length);
        EndTombstone(record, p, place, bound);
        return true;
    }

    /// <summary>Appends a change of a key's expiry (Unix ms, or -1 for none). False: no room.</summary>
    public bool TryAppendExpiry(byte* key, int length, long expiryMs, in LogPlace place)
    {
        byte* record = TryBegin(BulkString.BulkBytes(length) + 32 + Effects.ExpiryBytes);
        if (record == null)
            return false;
        byte* p = record;
        if (expiryMs >= 0)
            Effects.ExpireAt(ref p, key, length, expiryMs);
        else
            Effects.Persist(ref p, key, length);
        // The value that it acts on lies in some segment that is there now.
        EndTombstone(record, p, place, pool.Generation);
        return true;
    }

    /// <summary>Opens a record of at most so many bytes; null: no room. Then <see cref="End"/>, or <see cref="EndTombstone"/>.</summary>
    public byte* TryBegin(long maxBytes)
    {
        if (!log.TryReserve(maxBytes + CommitEntry.SizeBytes, AppendPurpose.Clean))
            return null;
        Segment segment = log.Current!;
        Debug.Assert(_victim is { State: SegmentState.Cleaning } && segment != _victim && segment.State == SegmentState.Open, "survivors go to a segment other than the victim");
        ulong open = segment == _openRunIn ? _openRunOf : 0;
        if (open != _runOf && !writer.TryMark(segment, CleanerMark.Run, _runOf))
            return null;
        (_openRunIn, _openRunOf) = (segment, _runOf);
        if (_touched.Count == 0 || _touched[^1] != segment)
            _touched.Add(segment);
        segment.HoldsSurvivors = true;
        return log.Tail;
    }

    /// <summary>Repeats a command over whole databases, under its own number and in an entry of its own. False: no room.</summary>
    public bool TryAppendGlobal(byte* command, int bytes, in LogPlace place, ulong bound)
    {
        byte* record = TryBegin(bytes);
        if (record == null)
            return false;
        Buffer.MemoryCopy(command, record, bytes, bytes);
        log.Current!.HoldsGlobals = true;
        EndTombstone(record, record + bytes, place, bound, EntryFlags.Global);
        return true;
    }

    /// <summary>Closes a record that acts on older ones, of generations up to the bound.</summary>
    public void EndTombstone(byte* record, byte* end, in LogPlace place, ulong bound, EntryFlags flags = EntryFlags.None)
    {
        Segment segment = End(record, end, place, flags);
        segment.TombstoneBound = Math.Max(segment.TombstoneBound, bound);
        segment.AddTombstoneBytes(end - record);
        statistics.TombstonesMoved++;
    }

    /// <summary>Closes a record that ends at <paramref name="end"/>; another one may begin there, if there was room for both.</summary>
    public Segment End(byte* record, byte* end, in LogPlace place, EntryFlags flags = EntryFlags.None)
    {
        Segment segment = log.Current!;
        uint bytes = (uint)(end - record);
        Debug.Assert(record == segment.Base + segment.Tail && end > record, "a record ends where it was opened, with nothing else between");
        ulong number = place.Number != 0 ? place.Number : ++locks.LastSequence;
        // Recovery orders an entry by its first number: records that had entries of their own get them again.
        if (place.Range != _range)
            writer.EndRange();
        _range = place.Range;
        if (!writer.TryNote(segment, record, bytes, number, 1, place.Database, flags | EntryFlags.Moved))
            throw new InvalidOperationException("the survivors' log has no room for an entry that it reserved");
        // It may be younger than the segment, which was opened for an earlier victim.
        if (place.OldestContent != 0)
            segment.OldestContent = Math.Min(segment.OldestContent, place.OldestContent);
        segment.Tail += bytes;
        statistics.BytesMoved += bytes;
        return segment;
    }
}
