using System.Text;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Server.Offline;

/// <summary>
/// Reads every record of a scanned log once, on several threads: counts by kind, the databases used, and records that this
/// release cannot replay. Changes nothing.
/// </summary>
public sealed unsafe class LogCensus
{
    private readonly Pool _pool;
    private readonly Lock _lock = new();
    private readonly List<(int Index, PoolDamage What)> _unreadable = [];

    private LogCensus(Pool pool) => _pool = pool;

    /// <summary>Commit entries.</summary>
    public long Entries { get; private set; }

    /// <summary>Commands in all records.</summary>
    public long Commands { get; private set; }

    /// <summary>Values that were written, overwritten ones counted.</summary>
    public long Values { get; private set; }

    /// <summary>Commands that act on older ones: DEL, HDEL and similar commands, PEXPIREAT, PERSIST, FLUSHALL, FLUSHDB, SWAPDB.</summary>
    public long Tombstones { get; private set; }

    /// <summary>Unix ms of the first batch that is still there; 0 when there is none.</summary>
    public long OldestMs { get; private set; }

    /// <summary>Unix ms of the last batch.</summary>
    public long NewestMs { get; private set; }

    /// <summary>The highest database that any record names.</summary>
    public int HighestDatabase { get; private set; }

    /// <summary>Records that are whole but cannot be replayed, in the order of the log.</summary>
    public IReadOnlyList<PoolDamage> Unreadable => [.. _unreadable.OrderBy(u => u.Index).Select(u => u.What)];

    /// <summary>Takes the census. <paramref name="progress"/> is called with (entries done, total entries), from several threads.</summary>
    public static LogCensus Take(Pool pool, RecoveredEntry[] entries, int threads, Action<long, long>? progress = null)
    {
        const int perPart = 4096;
        LogCensus census = new(pool) { Entries = entries.Length };
        int parts = (entries.Length + perPart - 1) / perPart;
        long done = 0;
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            int from = part * perPart, to = Math.Min(entries.Length, from + perPart);
            census.Count(entries, from, to);
            progress?.Invoke(Interlocked.Add(ref done, to - from), entries.Length);
        });
        return census;
    }

    /// <summary>The entries without those that cannot be replayed.</summary>
    public RecoveredEntry[] ReadableOf(RecoveredEntry[] entries)
    {
        HashSet<int> left = [.. _unreadable.Select(u => u.Index)];
        return left.Count == 0 ? entries : [.. entries.Where((_, i) => !left.Contains(i))];
    }

    private void Count(RecoveredEntry[] entries, int from, int to)
    {
        long values = 0, tombstones = 0, globals = 0, oldest = long.MaxValue, newest = 0;
        int database = 0;
        using ReplayDecoder decoder = new(op =>
        {
            bool isValue = op.Action is ReplayAction.Set or ReplayAction.Put or ReplayAction.PutPieces;
            values += isValue ? 1 : 0;
            tombstones += isValue ? 0 : 1;
        });
        using ArgList args = new();
        for (int i = from; i < to; i++)
        {
            ref readonly RecoveredEntry entry = ref entries[i];
            oldest = Math.Min(oldest, entry.TimeMs);
            newest = Math.Max(newest, entry.TimeMs);
            database = Math.Max(database, entry.Database);
            string? error = (entry.Flags & EntryFlags.Global) == 0 ? decoder.Decode(entry)
                : DecodeGlobal(decoder, args, entry, ref globals, ref database);
            if (error is not null)
                NoteUnreadable(i, entry, error);
        }
        lock (_lock)
        {
            Commands += decoder.Commands + globals;
            Values += values;
            Tombstones += tombstones + globals;
            OldestMs = OldestMs == 0 ? oldest : Math.Min(OldestMs, oldest);
            NewestMs = Math.Max(NewestMs, newest);
            HighestDatabase = Math.Max(HighestDatabase, database);
        }
    }

    // Commands over whole databases, alone or among those of a transaction: one after the other, as replay takes them.
    private static string? DecodeGlobal(ReplayDecoder decoder, ArgList args, in RecoveredEntry entry, ref long globals, ref int database)
    {
        byte* p = entry.Start;
        byte* end = p + entry.Length;
        while (p < end)
        {
            ParseResult result = RespParser.Parse(p, end, args, new ParseLimits { MaxBulkBytes = int.MaxValue });
            if (result.Status != ParseStatus.Complete || args.Count == 0)
                return "the record is not RESP";
            ReadOnlySpan<byte> name = args.Items[0].Span;
            if (name.SequenceEqual("SWAPDB"u8) && args.Count == 3
                && Integers.TryParse(args.Items[1].Span, out long a) && Integers.TryParse(args.Items[2].Span, out long b))
            {
                database = (int)Math.Max(database, Math.Min(ushort.MaxValue, Math.Max(a, b)));
                globals++;
            }
            else if (name.SequenceEqual("FLUSHALL"u8) || name.SequenceEqual("FLUSHDB"u8))
                globals++;
            else if (decoder.Decode(entry with { Start = p, Length = (uint)result.Consumed, Flags = EntryFlags.None }) is { } error)
                return error;
            p += result.Consumed;
        }
        return null;
    }

    private void NoteUnreadable(int index, in RecoveredEntry entry, string error)
    {
        long offset = entry.Start - _pool.Medium.Base;
        int slot = (int)((offset - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
        lock (_lock)
            _unreadable.Add((index, new PoolDamage(slot, offset, entry.Length, $"{error} (the checksum is right: it was written so)")));
    }
}
