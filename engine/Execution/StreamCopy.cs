using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>Which entries of a stream are logged together when all of it is logged again under another key.</summary>
internal static unsafe class StreamCopy
{
    // How many pairs an entry has, and its ID, in front of its fields.
    private const int EntryHeadBytes = StreamId.MaxBytes + 32;

    /// <summary>Adds the records of all entries, under a key of this length.</summary>
    public static void Plan(CommandContext context, Collection* stream, int keyLength)
    {
        for (ElementCursor cursor = new(stream->Elements); cursor.IsValid;)
        {
            cursor = Fit(cursor, context.PoolBase, keyLength, out long bytes, out _);
            context.Recorder.Plan.Slots.Add(bytes);
            context.Breathe();
        }
    }

    /// <summary>The entries from here on that go into one record. Returns where the next one begins.</summary>
    /// <param name="cursor">At the first.</param>
    /// <param name="pool">What places are relative to.</param>
    /// <param name="keyLength">Of the key that the record is about.</param>
    /// <param name="bytes">The most that the record takes.</param>
    /// <param name="bulks">Bulk strings behind its key.</param>
    public static ElementCursor Fit(ElementCursor cursor, byte* pool, int keyLength, out long bytes, out int bulks)
    {
        bytes = CollectionRecord.HeadBytes(keyLength);
        bulks = 0;
        for (; cursor.IsValid; cursor.MoveNext())
        {
            Element entry = cursor.Element;
            long more = StreamEntry.End(entry, pool) - StreamEntry.Fields(entry, pool) + EntryHeadBytes;
            if (bulks > 0 && bytes + more > CollectionRecord.UsualMaxBytes)
                break;
            bytes += more;
            bulks += 2 + 2 * StreamEntry.Pairs(entry);
        }
        return cursor;
    }

    /// <summary>Writes the entries that go into one record. Returns its end.</summary>
    public static byte* Write(byte* p, ElementCursor cursor, byte* pool, int bulks)
    {
        for (; bulks > 0; cursor.MoveNext())
        {
            Element entry = cursor.Element;
            byte* fields = StreamEntry.Fields(entry, pool);
            long bytes = StreamEntry.End(entry, pool) - fields;
            p = StreamEntry.WriteHead(p, StreamEntry.IdOf(entry, pool), StreamEntry.Pairs(entry), out _);
            Buffer.MemoryCopy(fields, p, bytes, bytes);
            p += bytes;
            bulks -= 2 + 2 * StreamEntry.Pairs(entry);
        }
        Debug.Assert(bulks == 0, "a record holds whole entries");
        return p;
    }
}
