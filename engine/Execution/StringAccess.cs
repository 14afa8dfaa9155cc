using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// What command handlers do to strings in part (APPEND, SETRANGE, SETBIT, BITFIELD): the change is logged, not the value, and the
/// string becomes one of pieces. Where pieces become many for their bytes, the command that would add another one logs their
/// neighbourhood as one piece instead. Under the key's stripe lock. One for each I/O thread.
/// </summary>
public sealed unsafe class StringAccess : IDisposable
{
    /// <summary>The longest string that is written whole when a part of it changes: its copy costs little more than the record of the part.</summary>
    public const int WholeMaxBytes = 1024;

    // The longest value that is copied when it is changed in part before it is durable.
    private const int CopiedMaxBytes = 1 << 20;

    // Neighbourhoods: so many bytes, at offsets that are multiples of it.
    private const int RegionBytes = 1024;

    // A neighbourhood of as many is written as one. Each change adds at most two, and its record has 50 bytes or more: merging writes
    // no more than the records that made it necessary. In memory: at most 32 bytes for each piece, so 1.5 for a byte of the string.
    private const int MaxPieces = 48;

    // The same for a neighbourhood that appending leaves behind: nothing is going to be added to it.
    private const int MaxPiecesLeft = 8;

    private readonly CommandContext _context;
    private readonly PieceStore _store;
    private readonly byte* _pool;
    private readonly List<nint> _copies = [];
    private Collection* _copied;

    internal StringAccess(CommandContext context, PieceStore store)
    {
        _context = context;
        _store = store;
        _pool = context.PoolBase;
    }

    /// <summary>The string of a key that was found; an empty one where none was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StoredString Of(in Entry entry)
    {
        if (entry.KeyBulk == null)
            return default;
        if (entry.IsPieces)
            return new StoredString(entry.Collection, _pool);
        byte* data = BulkString.Data(entry.ValueBulk, out int length);
        return new StoredString(data, length);
    }

    /// <summary>The string in one stretch: where it lies, or a copy that is there until the turn's end.</summary>
    public ReadOnlySpan<byte> WholeOf(scoped in Entry entry)
    {
        byte* data = BulkString.Data(BulkOf(entry), out int length);
        return new ReadOnlySpan<byte>(data, length);
    }

    /// <summary>As <see cref="WholeOf"/>: a bulk string, which lies in the pool or is such a copy.</summary>
    public byte* BulkOf(in Entry entry)
    {
        if (!entry.IsPieces)
            return entry.ValueBulk;
        // SORT may ask for one string as often as there are elements.
        if (entry.Collection == _copied)
            return (byte*)_copies[^1];
        StoredString value = Of(entry);
        byte* copy = (byte*)NativeMemory.Alloc((nuint)BulkString.BulkBytes(value.Length));
        _copies.Add((nint)copy);
        byte* data = BulkString.WriteHeader(copy, value.Length);
        value.CopyTo(0, new Span<byte>(data, value.Length));
        data[value.Length] = (byte)'\r';
        data[value.Length + 1] = (byte)'\n';
        _copied = entry.Collection;
        return copy;
    }

    /// <summary>Whether what <see cref="BulkOf"/> has just returned is such a copy: it must not be sent from where it is.</summary>
    public bool IsCopy(byte* bulk) => _copies.Count > 0 && _copies[^1] == (nint)bulk;

    /// <summary>Whether a string that a change makes so long is to be changed by <see cref="TryPut"/>, not written whole.</summary>
    public static bool TakesPart(in Entry entry, long length) => length > WholeMaxBytes || entry.IsPieces;

    /// <summary>
    /// Logs that the string has these bytes from an offset on, and puts them there; zeros where it had none before. The expiry time
    /// stays. False: no room, nothing was done, the client has been told.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">What it holds: a string, or nothing (default).</param>
    /// <param name="offset">In the string.</param>
    /// <param name="part">Not empty.</param>
    /// <param name="tellsWatchers">It is a change to whoever watches the key.</param>
    /// <param name="isPromised"><see cref="HasRoomForChanges"/> was asked for this and has said yes.</param>
    public bool TryPut(in KeyRef key, in Entry entry, long offset, ReadOnlySpan<byte> part, bool tellsWatchers = true, bool isPromised = false)
    {
        _copied = null;
        StoredString old = Of(entry);
        Collection* pieces = entry.IsPieces ? entry.Collection : null;
        bool copiesOld = pieces == null && CopiesOld(key, old);
        long from = offset, to = offset + part.Length, copied = copiesOld ? old.Length : 0;
        if (pieces != null)
            Widen(pieces, ref from, ref to);
        else if (copiesOld && offset <= copied)
            (from, to, copied) = (0, Math.Max(to, copied), 0);
        if (!isPromised && !HasRoom(key, RoomFor(key.Length, copied + to - from)))
            return false;
        long baseBytes = pieces != null ? pieces->BaseBytes : copiesOld ? 0 : old.Length;
        PieceHead head = new(pieces != null ? pieces->Birth : _context.Locks.LastSequence + 1, baseBytes, entry.KeyBulk == null ? -1 : entry.ExpiryMs);
        _context.Thread.Log.BeginTransaction();
        for (long at = 0; at < copied; at += PieceRecord.UsualMaxBytes)
            pieces = Put(key, pieces, head, old, at, (int)Math.Min(PieceRecord.UsualMaxBytes, copied - at), 0, default);
        for (long at = from; at < to; at += PieceRecord.UsualMaxBytes)
            pieces = Put(key, pieces, head, old, at, (int)Math.Min(PieceRecord.UsualMaxBytes, to - at), offset, part);
        _context.Thread.Log.EndTransaction();
        if (tellsWatchers)
            _context.TouchWatchers(key);
        return true;
    }

    /// <summary>
    /// Whether <see cref="TryPut"/> has room so often, for so many bytes each: for a command of several changes. False: the client has
    /// been told.
    /// </summary>
    public bool HasRoomForChanges(in KeyRef key, in Entry entry, int count, int bytes)
    {
        PlanChanges(_context.Recorder.BeginPlan(), key, entry, count, bytes);
        return _context.Room.TryPrepare();
    }

    /// <summary>Adds to a plan what <see cref="TryPut"/> may log for so many changes of so many bytes each.</summary>
    public void PlanChanges(RecordPlan plan, in KeyRef key, in Entry entry, int count, int bytes)
    {
        StoredString old = Of(entry);
        plan.AddPieces(count * PieceRecord.MaxBytes(key.Length, 1, bytes + 2 * RegionBytes) + (entry.IsPieces || !CopiesOld(key, old) ? 0 : RoomFor(key.Length, old.Length)), key.Length);
    }

    /// <summary>
    /// Makes room for a whole string that the server writes itself: in one stretch or, if it is longer than a slot and too few adjacent
    /// slots are free, in pieces. False: no room, the client has been told, or the command is to be run again.
    /// </summary>
    /// <param name="key">The key that is to hold it.</param>
    /// <param name="length">Of the string.</param>
    /// <param name="otherBytes">The most bytes that one more record takes; 0: there is none, and a short string gets its room when it begins.</param>
    /// <param name="inPieces">It is to be written by <see cref="TryStore"/> or <see cref="TryPut"/>, else by <see cref="CommandContext.BeginValue"/>.</param>
    public bool TryPrepareWhole(in KeyRef key, int length, long otherBytes, out bool inPieces)
    {
        bool isLong = Segment.SlotsFor(RecordPlan.ValueBytes(key.Length, length)) > 1;
        inPieces = false;
        if (!isLong && otherBytes == 0)
            return true;
        RecordPlan plan = _context.Recorder.BeginPlan();
        plan.AddValue(key, length);
        if (otherBytes > 0)
            plan.Slots.Add(otherBytes);
        if (isLong ? _context.Recorder.TryPrepare() : _context.Room.TryPrepare())
            return true;
        if (!isLong)
            return false;
        inPieces = true;
        plan = _context.Recorder.BeginPlan();
        plan.AddPieces(RoomFor(key.Length, length), key.Length);
        if (otherBytes > 0)
            plan.Slots.Add(otherBytes);
        return _context.Room.TryPrepare();
    }

    /// <summary>
    /// Gives the key a whole string in place of whatever it holds: in one stretch or, where that has no room, in pieces. False: no room,
    /// nothing was done.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="source">The string.</param>
    /// <param name="expiryMs">Unix ms, or -1.</param>
    public bool TryStoreWhole(in KeyRef key, in StoredString source, long expiryMs)
    {
        if (!TryPrepareWhole(key, source.Length, otherBytes: 0, out bool inPieces))
            return false;
        return inPieces ? TryStore(key, source, expiryMs, isPlanned: true) : TryStoreInOneStretch(key, source, expiryMs);
    }

    /// <summary>The same, in one stretch.</summary>
    /// <param name="key">The key.</param>
    /// <param name="source">The string.</param>
    /// <param name="expiryMs">Unix ms, or -1.</param>
    /// <param name="kind"><see cref="ValueKind.String"/> or <see cref="ValueKind.RawString"/>.</param>
    public bool TryStoreInOneStretch(in KeyRef key, in StoredString source, long expiryMs, ValueKind kind = ValueKind.String)
    {
        byte* destination = _context.BeginValue(key, source.Length, expiryMs);
        if (destination == null)
            return false;
        source.CopyTo(0, new Span<byte>(destination, source.Length));
        _context.Recorder.BytesMoved += source.Length;
        _context.EndValue(key, kind);
        return true;
    }

    /// <summary>Bytes of the records that <see cref="TryStore"/> logs.</summary>
    public long StoredBytes(in KeyRef key, in StoredString source)
    {
        long bytes = 0;
        for (long at = 0; NextRun(source, ref at, out long end); at = end)
            bytes += PieceRecord.MaxBytes(key.Length, 1, end - at);
        return bytes;
    }

    /// <summary>
    /// The most bytes of the records that changes log of a string which is not written whole: so many changes, of so many bytes in all, of a string
    /// that has <paramref name="held"/> bytes and may have to be copied first.
    /// </summary>
    internal static long MaxChangeBytes(int keyLength, long held, long changes, long bytes) =>
        changes * PieceRecord.MaxBytes(keyLength, 1, 2 * RegionBytes) + RoomFor(keyLength, bytes + Math.Min(held, CopiedMaxBytes));

    /// <summary>
    /// Gives the key a string of pieces in place of whatever it holds. Recovered wholly or not at all. False: no room, nothing was
    /// done, the client has been told.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="source">The string.</param>
    /// <param name="expiryMs">Unix ms, or -1.</param>
    /// <param name="isPlanned">There is room for <see cref="StoredBytes"/>.</param>
    public bool TryStore(in KeyRef key, in StoredString source, long expiryMs, bool isPlanned = false)
    {
        if (!isPlanned && !HasRoom(key, StoredBytes(key, source)))
            return false;
        _context.Thread.Log.BeginTransaction();
        PieceHead head = new(_context.Locks.LastSequence + 1, 0, expiryMs);
        Collection* pieces = null;
        for (long at = 0; NextRun(source, ref at, out long end); at = end)
            pieces = Put(key, pieces, head, source, at, (int)(end - at), 0, default);
        _context.Thread.Log.EndTransaction();
        _context.TouchWatchers(key);
        return true;
    }

    /// <summary>Frees the copies that commands needed. Between turns: nobody looks at them any more.</summary>
    internal void ReleaseCopies()
    {
        foreach (nint copy in _copies)
            NativeMemory.Free((void*)copy);
        _copies.Clear();
        _copied = null;
    }

    public void Dispose() => ReleaseCopies();

    // A short value, or one that a power loss may still take while it leaves what would refer to it.
    private bool CopiesOld(in KeyRef key, in StoredString old) =>
        old.Length <= WholeMaxBytes || (old.Length <= CopiedMaxBytes && !(_context.Locks.IsCommitted(key.Stripe) && _context.Locks.IsDurable(key.Stripe)));

    // What has become many pieces around the change, in its neighbourhood, is written with it.
    private static void Widen(Collection* pieces, ref long from, ref long to)
    {
        long length = pieces->Length;
        long first = from & -RegionBytes, last = Math.Max(to, Math.Min((to + RegionBytes - 1) & -RegionBytes, length));
        int before = PieceReader.Count(pieces, first, from, MaxPieces), behind = PieceReader.Count(pieces, to, last, MaxPieces);
        bool isOneRegion = to <= first + RegionBytes;
        // An end that moves on leaves a neighbourhood behind.
        long left = length & -RegionBytes;
        if (from >= length && from < left + RegionBytes && to >= left + RegionBytes && PieceReader.Count(pieces, left, length, MaxPiecesLeft) >= MaxPiecesLeft)
            from = left;
        if (before >= MaxPieces || (isOneRegion && before + behind >= MaxPieces))
            from = Math.Min(from, first);
        if (behind >= MaxPieces || (isOneRegion && before + behind >= MaxPieces))
            to = last;
    }

    // One record, of bytes of the old string and of the part; the string it is put to.
    private Collection* Put(in KeyRef key, Collection* pieces, in PieceHead head, in StoredString old, long at, int count, long offset, ReadOnlySpan<byte> part)
    {
        long bytes = PieceRecord.MaxBytes(key.Length, 1, count);
        byte* p = _context.Recorder.TryBegin(bytes);
        if (p == null)
            throw new InvalidOperationException(CollectionAccess.NoPreparedRoom);
        p = PieceRecord.WriteHead(p, key.Data, key.Length, head, parts: 1);
        byte* data = PieceRecord.WriteOffset(p, at, count);
        Fill(new Span<byte>(data, count), at, old, offset, part);
        data[count] = (byte)'\r';
        data[count + 1] = (byte)'\n';
        _context.Recorder.BytesMoved += count;
        _context.Recorder.End(data + count + 2, key.Database.Number, EntryFlags.None, isTombstone: false);
        if (pieces == null)
        {
            pieces = PieceStore.Make(key.Data, key.Length, head);
            if (head.BaseBytes != 0)
            {
                _store.Put(pieces, 0, old.Data, old.Length, isFirst: true);
                _context.Engine.Pool.SegmentAt(old.Data)!.MovesInPieces = true;
            }
            _context.PointAt(key, ValueKind.Pieces, Collection.Locator(pieces), head.ExpiryMs);
            key.Database.CountCollections(1);
        }
        _store.Put(pieces, at, data, count, isFirst: true);
        return pieces;
    }

    private static void Fill(Span<byte> target, long at, in StoredString old, long offset, ReadOnlySpan<byte> part)
    {
        long end = at + target.Length, partEnd = offset + part.Length;
        if (part.Length == 0 || at < offset)
            old.CopyTo(at, part.Length == 0 ? target : target[..(int)Math.Min(target.Length, offset - at)]);
        if (part.Length == 0)
            return;
        if (end > partEnd)
            old.CopyTo(Math.Max(at, partEnd), target[(int)(Math.Max(at, partEnd) - at)..]);
        long first = Math.Max(at, offset), last = Math.Min(end, partEnd);
        if (first < last)
            part[(int)(first - offset)..(int)(last - offset)].CopyTo(target[(int)(first - at)..]);
    }

    // The next bytes that one record takes: up to a stretch of zeros, which needs no record.
    private static bool NextRun(in StoredString source, ref long at, out long end)
    {
        end = at;
        if (!source.IsPieces)
        {
            end = Math.Min(source.Length, at + PieceRecord.UsualMaxBytes);
            return end > at;
        }
        for (PieceReader reader = source.Read(at, source.Length); reader.MoveNext() && end - at < PieceRecord.UsualMaxBytes; end += reader.Length)
        {
            if (reader.Data != null || (reader.Length < RegionBytes && end > at))
                continue;
            if (end > at)
                return true;
            at += reader.Length;
        }
        end = Math.Min(end, at + PieceRecord.UsualMaxBytes);
        return end > at;
    }

    // Records of so many bytes of a string, at most; two of them may be short ones.
    private static long RoomFor(int keyLength, long bytes) => bytes + (bytes / PieceRecord.UsualMaxBytes + 2) * PieceRecord.MaxBytes(keyLength, 1, 0);

    private bool HasRoom(in KeyRef key, long bytes)
    {
        _context.Recorder.BeginPlan().AddPieces(bytes, key.Length);
        return _context.Room.TryPrepare();
    }
}
