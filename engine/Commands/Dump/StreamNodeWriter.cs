using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>Writes the nodes of a stream, each a listpack under the ID of its first entry, as <see cref="RdbStreamReader"/> reads them.</summary>
internal static unsafe class StreamNodeWriter
{
    private const long SameFields = 2;

    /// <summary>Writes the node that begins here. Returns where the next one does.</summary>
    public static ElementCursor Write(ElementCursor first, ListpackWriter pack, RdbOutput output, byte* pool)
    {
        ElementCursor end = first;
        long count = 0;
        do
        {
            end.MoveNext();
            count++;
        }
        while (end.IsValid && !StreamEntry.BeginsNode(end.Element));
        Element master = first.Element;
        StreamId id = StreamEntry.IdOf(master, pool);
        WriteHead(pack, master, count, pool);
        ElementCursor at = first;
        for (long i = 0; i < count; i++, at.MoveNext())
            WriteEntry(pack, at.Element, master, id, pool);
        Span<byte> name = stackalloc byte[2 * sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(name, id.Ms);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(name[sizeof(ulong)..], id.Seq);
        output.AppendString(name);
        output.AppendString(pack.Finish());
        return end;
    }

    private static void WriteHead(ListpackWriter pack, in Element master, long count, byte* pool)
    {
        pack.Begin();
        pack.Add(count);
        pack.Add(0L);
        pack.Add((long)StreamEntry.Pairs(master));
        AddParts(pack, StreamEntry.Fields(master, pool), StreamEntry.Pairs(master), names: true, values: false);
        pack.Add(0L);
    }

    private static void WriteEntry(ListpackWriter pack, in Element entry, in Element master, StreamId first, byte* pool)
    {
        StreamId id = StreamEntry.IdOf(entry, pool);
        int pairs = StreamEntry.Pairs(entry);
        byte* fields = StreamEntry.Fields(entry, pool);
        bool isSame = pairs == StreamEntry.Pairs(master) && HaveSameNames(fields, StreamEntry.Fields(master, pool), pairs);
        pack.Add(isSame ? SameFields : 0L);
        pack.Add((long)(id.Ms - first.Ms));
        pack.Add((long)(id.Seq - first.Seq));
        if (!isSame)
            pack.Add((long)pairs);
        AddParts(pack, fields, pairs, names: !isSame, values: true);
        pack.Add(isSame ? pairs + 3L : 2L * pairs + 4);
    }

    private static void AddParts(ListpackWriter pack, byte* bulk, int pairs, bool names, bool values)
    {
        for (int i = 0; i < 2 * pairs; i++)
        {
            byte* text = BulkString.Data(bulk, out int length);
            if ((i & 1) == 0 ? names : values)
                pack.Add(new ReadOnlySpan<byte>(text, length));
            bulk = text + length + 2;
        }
    }

    private static bool HaveSameNames(byte* one, byte* other, int pairs)
    {
        for (int i = 0; i < pairs; i++)
        {
            byte* name = BulkString.Data(other, out int length);
            if (!BulkString.Holds(one, name, length))
                return false;
            one = BulkString.Next(BulkString.Next(one));
            other = BulkString.Next(name + length + 2);
        }
        return true;
    }
}
