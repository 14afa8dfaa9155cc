using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Linux;
using Pkv.Persistence.Segments;
using Pkv.Server.PubSub;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Net;

/// <summary>
/// Replies that a connection could not take yet: copies of small ones, and slices of the pool whose segments
/// stay pinned until they are sent. Owner thread only.
/// </summary>
public sealed unsafe class OutputQueue : IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    // From here on a chunk is mapped by itself: the C library's heap would keep the peak of what clients pile up.
    private const int MappedFromBytes = 128 * 1024;

    // A client that had a gigabyte waiting must not stop the others while it leaves.
    private const int FreedAtOnce = 4;

    private readonly List<Piece> _pieces = [];
    private int _first;

    /// <summary>Bytes waiting.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => _first == _pieces.Count;

    /// <summary>Pieces waiting.</summary>
    public int Count => _pieces.Count - _first;

    /// <summary>Appends a copy.</summary>
    public void AppendCopy(byte* data, long bytes)
    {
        Debug.Assert(bytes >= 0, "a reply has a length");
        Bytes += bytes;
        if (!IsEmpty)
        {
            ref Piece last = ref CollectionsMarshal.AsSpan(_pieces)[^1];
            long fits = last.Owned == 0 ? 0 : Math.Min(bytes, last.Capacity - (last.Start - last.Owned) - last.Length);
            if (fits > 0)
            {
                Buffer.MemoryCopy(data, (byte*)(last.Start + last.Length), fits, fits);
                last.Length += (nint)fits;
                data += fits;
                bytes -= fits;
            }
        }
        if (bytes == 0)
            return;
        long capacity = Math.Max(bytes, Bytes >= MappedFromBytes ? GrowingMemory.MappedBytes : ChunkBytes);
        nint chunk = (nint)GrowingMemory.Resize(null, 0, capacity);
        Buffer.MemoryCopy(data, (void*)chunk, capacity, bytes);
        _pieces.Add(new Piece { Start = chunk, Length = (nint)bytes, Owned = chunk, Capacity = (nint)capacity });
    }

    /// <summary>Appends a part of a block of <see cref="GrowingMemory"/> that is given away: freed when it is sent.</summary>
    public void AppendOwned(byte* block, long capacity, long start, long bytes)
    {
        Debug.Assert(start >= 0 && bytes > 0 && start + bytes <= capacity, "what is left of a block is in it");
        Bytes += bytes;
        _pieces.Add(new Piece { Start = (nint)(block + start), Length = (nint)bytes, Owned = (nint)block, Capacity = (nint)capacity });
    }

    /// <summary>Appends memory of the pool without copying it; its segment stays in place until it is sent. Null: memory that always stays.</summary>
    public void AppendSlice(byte* start, long bytes, Segment? segment)
    {
        Debug.Assert(bytes > 0 && (segment is null || (segment.Contains(start) && start + bytes <= segment.Base + segment.Bytes)), "a slice lies in the segment that is pinned for it");
        segment?.Pin();
        Bytes += bytes;
        _pieces.Add(new Piece { Start = (nint)start, Length = (nint)bytes, Pinned = segment });
    }

    /// <summary>Appends a published message in the client's protocol. Long ones are shared with all who get them.</summary>
    public void AppendMessage(MessageBody body, bool resp3)
    {
        byte type = resp3 ? MessageBody.Resp3Type : *body.Data;
        AppendCopy(&type, 1);
        long rest = body.Length - 1;
        if (rest < ChunkBytes)
        {
            AppendCopy(body.Data + 1, rest);
            return;
        }
        body.Hold();
        Bytes += rest;
        _pieces.Add(new Piece { Start = (nint)(body.Data + 1), Length = (nint)rest, Shared = body.Handle });
    }

    /// <summary>Fills vectors with what is next, at most so many bytes; returns how many.</summary>
    public int Peek(IoVector* vectors, int max, long maxBytes)
    {
        int count = 0;
        for (; count < Math.Min(max, Count) && maxBytes > 0; count++)
        {
            Piece piece = _pieces[_first + count];
            nint length = (nint)Math.Min(piece.Length, maxBytes);
            vectors[count] = new IoVector { Base = (byte*)piece.Start, Length = (nuint)length };
            maxBytes -= length;
        }
        return count;
    }

    /// <summary>So many bytes are sent.</summary>
    public void Consume(long bytes)
    {
        Debug.Assert(bytes >= 0 && bytes <= Bytes, "no more is sent than waits");
        Bytes -= bytes;
        while (bytes > 0)
        {
            ref Piece piece = ref CollectionsMarshal.AsSpan(_pieces)[_first];
            if (bytes < piece.Length)
            {
                piece.Start += (nint)bytes;
                piece.Length -= (nint)bytes;
                return;
            }
            bytes -= piece.Length;
            Release(piece, later: false);
            _first++;
        }
        if (IsEmpty)
        {
            Debug.Assert(Bytes == 0, "a queue without pieces has no bytes");
            _pieces.Clear();
            _first = 0;
        }
        else if (_first >= 1024)
        {
            _pieces.RemoveRange(0, _first);
            _first = 0;
        }
    }

    public void Dispose()
    {
        bool many = Count > FreedAtOnce;
        for (int i = _first; i < _pieces.Count; i++)
            Release(_pieces[i], later: many);
        _pieces.Clear();
        _first = 0;
        Bytes = 0;
    }

    private static void Release(in Piece piece, bool later)
    {
        piece.Pinned?.Unpin();
        if (later && piece.Capacity >= GrowingMemory.MappedBytes)
            GrowingMemory.FreeLater((void*)piece.Owned, piece.Capacity);
        else if (piece.Owned != 0)
            GrowingMemory.Free((void*)piece.Owned, piece.Capacity);
        if (piece.Shared != 0)
            MessageBody.FromHandle(piece.Shared).Release();
    }

    private struct Piece
    {
        public nint Start;
        public nint Length;
        public nint Owned;
        public nint Capacity;
        public nint Shared;
        public Segment? Pinned;
    }
}
