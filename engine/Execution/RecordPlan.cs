using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// What a command is about to log, told before its first record, in the order of the records: so that room is there for all of them or
/// nothing is done. One for each I/O thread, used again.
/// </summary>
public sealed unsafe class RecordPlan(AppendLog effects)
{
    // The most bytes of a DEL, PEXPIREAT or PERSIST, but for the key.
    private const int TombstoneBytes = 64;

    // The most bytes of a SET, but for key and value.
    private const int SetBytes = 80;

    // Before a command's arguments.
    private const int CopyHeadBytes = 32;

    /// <summary>The slots that it takes.</summary>
    public AppendPlan Slots { get; } = new();

    /// <summary>What it is for: removals alone may use what is kept for them.</summary>
    public AppendPurpose Purpose { get; private set; }

    /// <summary>The command that plans, or does what it has planned, has not ended yet.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Begins a plan in which nothing stands yet.</summary>
    public void Begin(AppendPurpose purpose)
    {
        Debug.Assert(!effects.IsPrepared || IsOpen, "room is prepared for a plan that is open");
        IsOpen = true;
        Purpose = purpose;
        Slots.Begin(effects.Room);
    }

    /// <summary>The command is through.</summary>
    public void End() => IsOpen = false;

    /// <summary>The most bytes of the record that gives a key a string.</summary>
    public static long ValueBytes(int keyLength, long length) => BulkString.BulkBytes(keyLength) + length + SetBytes;

    /// <summary>The most bytes of a record that deletes a key or changes its expiry.</summary>
    public static long TombstoneBytesOf(int keyLength) => BulkString.BulkBytes(keyLength) + TombstoneBytes;

    /// <summary>A record that deletes a key or changes its expiry.</summary>
    public void AddTombstone(in KeyRef key) => Slots.Add(TombstoneBytesOf(key.Length));

    /// <summary>A record that gives a key a string.</summary>
    public void AddValue(in KeyRef key, long length) => Slots.Add(ValueBytes(key.Length, length));

    /// <summary>The most bytes of a command as it was received, its arguments written once more.</summary>
    public static long CopyBytes(ArgList args)
    {
        long bytes = CopyHeadBytes;
        for (int i = 0; i < args.Count; i++)
            bytes += BulkString.BulkBytes(args.Items[i].Length);
        return bytes;
    }

    /// <summary>Records that cut so many stretches out of a list under a key of this length.</summary>
    public void AddCuts(int keyLength, long count)
    {
        long bytes = count * CollectionRecord.CutBytes, records = bytes / CollectionRecord.UsualMaxBytes + 1;
        long head = CollectionRecord.HeadBytes(keyLength) + CommitEntry.SizeBytes;
        bytes += records * head;
        Slots.AddMany(bytes, Math.Min(bytes, head + CollectionRecord.UsualMaxBytes));
    }

    /// <summary>Records that give a string under a key of this length some of its bytes: so many bytes in all, heads included.</summary>
    public void AddPieces(long bytes, int keyLength)
    {
        long largest = PieceRecord.MaxBytes(keyLength, 1, PieceRecord.UsualMaxBytes) + CommitEntry.SizeBytes;
        bytes += (bytes / PieceRecord.UsualMaxBytes + 2) * CommitEntry.SizeBytes;
        Slots.AddMany(bytes, Math.Min(bytes, largest));
    }

    /// <summary>The records that put or remove a batch. Others are served when that takes long.</summary>
    public void AddBatch(CommandContext context, in KeyRef key, ElementBatch batch)
    {
        for (int first = 0; first < batch.Count;)
        {
            first += CollectionRecord.Fit(batch, first, key.Length, out long bytes);
            Slots.Add(bytes);
            context.Breathe();
        }
    }
}
