using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// The entries of a stream that is logged as a whole, from another key's stream or from memory of the server's, taken in parts: as many as
/// go into one record.
/// </summary>
internal unsafe struct StreamCopy
{
    private readonly byte* _pool;
    private readonly byte* _end;
    private ElementCursor _cursor;
    private byte* _frames;
    private ElementCursor _next;
    private byte* _nextFrames;

    /// <summary>All entries of a stream.</summary>
    public StreamCopy(Collection* stream, byte* pool)
    {
        _pool = pool;
        _cursor = new ElementCursor(stream->Elements);
    }

    /// <summary>Entries as a record of PKV.XPUT has them.</summary>
    public StreamCopy(byte* frames, long bytes)
    {
        _frames = frames;
        _end = frames + bytes;
    }

    /// <summary>Bulk strings of the part.</summary>
    public int Bulks { get; private set; }

    /// <summary>Goes to the next part, the first one to begin with. False: there is none.</summary>
    /// <param name="keyLength">Of the key that the record is about.</param>
    /// <param name="bytes">The most bytes that the record takes.</param>
    public bool TryNext(int keyLength, out long bytes)
    {
        if (Bulks > 0)
        {
            _cursor = _next;
            _frames = _nextFrames;
        }
        Bulks = 0;
        bytes = CollectionRecord.HeadBytes(keyLength);
        _next = _cursor;
        _nextFrames = _frames;
        while (_end != null ? _nextFrames < _end : _next.IsValid)
        {
            int pairs = MeasureOne(out long more, out byte* after);
            if (Bulks > 0 && bytes + more > CollectionRecord.UsualMaxBytes)
                break;
            bytes += more;
            Bulks += 2 + 2 * pairs;
            if (_end != null)
                _nextFrames = after;
            else
                _next.MoveNext();
        }
        return Bulks > 0;
    }

    /// <summary>Writes the part. Returns its end.</summary>
    public readonly byte* Write(byte* p)
    {
        if (_end != null)
        {
            Buffer.MemoryCopy(_frames, p, _nextFrames - _frames, _nextFrames - _frames);
            return p + (_nextFrames - _frames);
        }
        int left = Bulks;
        for (ElementCursor cursor = _cursor; left > 0; cursor.MoveNext())
        {
            Element entry = cursor.Element;
            byte* fields = StreamEntry.Fields(entry, _pool);
            long bytes = StreamEntry.End(entry, _pool) - fields;
            p = StreamEntry.WriteHead(p, StreamEntry.IdOf(entry, _pool), StreamEntry.Pairs(entry), out _);
            Buffer.MemoryCopy(fields, p, bytes, bytes);
            p += bytes;
            left -= 2 + 2 * StreamEntry.Pairs(entry);
        }
        Debug.Assert(left == 0, "a record holds whole entries");
        return p;
    }

    private readonly int MeasureOne(out long bytes, out byte* after)
    {
        after = null;
        if (_end == null)
        {
            Element entry = _next.Element;
            bytes = StreamEntry.End(entry, _pool) - StreamEntry.Fields(entry, _pool) + StreamEntry.HeadBytes;
            return StreamEntry.Pairs(entry);
        }
        int pairs = EntriesRecord.PairsOf(_nextFrames);
        after = StreamEntry.EndOf(BulkString.Next(_nextFrames), pairs);
        bytes = after - _nextFrames;
        return pairs;
    }
}
