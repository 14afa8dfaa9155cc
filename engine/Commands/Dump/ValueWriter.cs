using System.Runtime.InteropServices;
using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// Writes a value as Redis 7.0 would, in the encoding that Redis would use: listpack, intset and quicklist, or all elements
/// in sequence. For one value.
/// </summary>
internal sealed unsafe class ValueWriter(CommandContext context, RdbOutput output) : IDisposable
{
    // A listpack that a configuration allows to grow beyond all measure is not written as one.
    private const long PackedBytesMax = 1 << 28;

    private readonly ListpackWriter _pack = new();
    private readonly byte* _pool = context.PoolBase;

    /// <summary>Type byte and value.</summary>
    public void Write(in Entry entry)
    {
        if (entry.IsString)
        {
            output.AppendByte((byte)RdbType.String);
            output.AppendString(context.Strings.WholeOf(entry));
            return;
        }
        Collection* collection = entry.Collection;
        if (entry.Kind == ValueKind.Stream)
        {
            WriteStream(collection);
            return;
        }
        bool isPacked = ValueEncoding.IsCompact(context, collection) && collection->LogBytes < PackedBytesMax;
        switch (collection->Kind)
        {
            case ValueKind.Hash:
                WriteHash(collection, isPacked);
                break;
            case ValueKind.Set:
                WriteSet(collection, isPacked);
                break;
            case ValueKind.SortedSet:
                WriteSortedSet(collection, isPacked);
                break;
            default:
                WriteList(collection);
                break;
        }
    }

    public void Dispose() => _pack.Dispose();

    private void WriteHash(Collection* hash, bool isPacked)
    {
        Begin(isPacked ? RdbType.HashListpack : RdbType.Hash, hash, isPacked);
        for (ElementCursor at = new(hash->Elements); at.IsValid; at.MoveNext())
        {
            byte* field = at.Bulk(_pool);
            Add(Text(field), isPacked);
            Add(Text(ElementBulk.ValueOf(field)), isPacked);
        }
        EndPack(isPacked);
    }

    private void WriteSet(Collection* set, bool isPacked)
    {
        if (isPacked)
        {
            WriteIntegers(set);
            return;
        }
        Begin(RdbType.Set, set, isPacked);
        for (ElementCursor at = new(set->Elements); at.IsValid; at.MoveNext())
            output.AppendString(Text(at.Bulk(_pool)));
    }

    // An intset: the bytes of a number, how many there are, the numbers in their order.
    private void WriteIntegers(Collection* set)
    {
        using RdbOutput numbers = new();
        for (ElementCursor at = new(set->Elements); at.IsValid; at.MoveNext())
        {
            Integers.TryParse(Text(at.Bulk(_pool)), out long number);
            numbers.AppendInteger(number, sizeof(long));
        }
        Span<long> sorted = MemoryMarshal.Cast<byte, long>(numbers.Written);
        sorted.Sort();
        int bytes = sorted[0] >= short.MinValue && sorted[^1] <= short.MaxValue ? sizeof(short)
            : sorted[0] >= int.MinValue && sorted[^1] <= int.MaxValue ? sizeof(int) : sizeof(long);
        output.AppendByte((byte)RdbType.SetIntset);
        output.AppendLength((ulong)(2 * sizeof(uint) + (long)bytes * sorted.Length));
        output.AppendInteger(bytes, sizeof(uint));
        output.AppendInteger(sorted.Length, sizeof(uint));
        foreach (long number in sorted)
            output.AppendInteger(number, bytes);
    }

    private void WriteSortedSet(Collection* set, bool isPacked)
    {
        Begin(isPacked ? RdbType.SortedSetListpack : RdbType.SortedSet, set, isPacked);
        if (isPacked)
        {
            for (ElementCursor at = new(set->Elements); at.IsValid; at.MoveNext())
            {
                _pack.Add(Text(at.Bulk(_pool)));
                _pack.Add(SortedSetValue.ScoreOf(at, _pool));
            }
            EndPack(isPacked);
            return;
        }
        // Highest first, as Redis does: whoever reads it inserts at the front.
        for (ElementCursor at = new(set->Elements, set->Count - 1); at.IsValid; at.MovePrevious())
        {
            output.AppendString(Text(at.Bulk(_pool)));
            output.AppendDouble(SortedSetValue.ScoreOf(at, _pool));
        }
    }

    // Entries that are gone are in no node, and no consumer groups follow.
    private void WriteStream(Collection* stream)
    {
        StreamState* state = stream->Stream;
        ElementCursor first = new(stream->Elements);
        output.AppendByte((byte)RdbType.Stream2);
        output.AppendLength(state->Nodes);
        for (ElementCursor at = first; at.IsValid;)
            at = StreamNodeWriter.Write(at, _pack, output, _pool);
        output.AppendLength(stream->Count);
        foreach (StreamId id in (ReadOnlySpan<StreamId>)[state->LastId, first.IsValid ? StreamEntry.IdOf(first.Element, _pool) : StreamId.Min, state->MaxDeletedId])
        {
            output.AppendLength(id.Ms);
            output.AppendLength(id.Seq);
        }
        output.AppendLength(state->Added);
        output.AppendLength(0);
    }

    // Nodes of listpacks. Their number stands before them: they are written aside.
    private void WriteList(Collection* list)
    {
        const ulong packed = 2;
        using RdbOutput nodes = new();
        QuicklistLimit limit = new(context.Engine.Options.ListMaxListpackSize);
        ulong count = 0;
        for (ElementCursor at = new(list->Elements); at.IsValid;)
        {
            _pack.Begin();
            for (; at.IsValid && limit.Takes(_pack, Text(at.Bulk(_pool)).Length); at.MoveNext())
                _pack.Add(Text(at.Bulk(_pool)));
            ReadOnlySpan<byte> pack = _pack.Finish();
            nodes.AppendLength(packed);
            nodes.AppendLength((ulong)pack.Length);
            nodes.Append(pack);
            count++;
        }
        output.AppendByte((byte)RdbType.ListQuicklist2);
        output.AppendLength(count);
        output.Append(nodes.Written);
    }

    private void Begin(RdbType type, Collection* collection, bool isPacked)
    {
        output.AppendByte((byte)type);
        if (isPacked)
            _pack.Begin();
        else
            output.AppendLength(collection->Count);
    }

    private void Add(ReadOnlySpan<byte> text, bool isPacked)
    {
        if (isPacked)
            _pack.Add(text);
        else
            output.AppendString(text);
    }

    private void EndPack(bool isPacked)
    {
        if (!isPacked)
            return;
        ReadOnlySpan<byte> pack = _pack.Finish();
        output.AppendLength((ulong)pack.Length);
        output.Append(pack);
    }

    private static ReadOnlySpan<byte> Text(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
