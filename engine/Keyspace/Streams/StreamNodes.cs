using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>
/// The nodes that Redis 7.0 would hold a stream's entries in, one listpack each: where they begin decides what trimming with "~" removes.
/// Only the last one grows. Source: Redis's documentation of streams' and listpacks' formats.
/// </summary>
internal static unsafe class StreamNodes
{
    private const int PackBytes = 7;

    // In a listpack an item of a string, or of a number, is followed by its own length.
    private const long SmallNumberMax = 127, ShortNumberMax = 4095;

    /// <summary>Notes the entry that is appended; true: it begins a node.</summary>
    public static bool Append(StreamState* state, StreamId id, byte* idBulk, int pairs, in NodeLimits limits)
    {
        long entryBytes = 0;
        ulong fields = 0;
        byte* bulk = BulkString.Next(idBulk);
        for (int i = 0; i < pairs; i++)
        {
            byte* field = BulkString.Data(bulk, out int length);
            byte* value = BulkString.Data(field + length + 2, out int valueLength);
            fields = (fields ^ KeyHash.Of(field, length)) * 0x9E3779B97F4A7C15;
            entryBytes += length + (long)valueLength;
            bulk = value + valueLength + 2;
        }
        bool begins = state->LastNodeEntries == 0 || limits.AreFull(state->LastNodeEntries, state->LastNodeBytes + entryBytes);
        if (begins)
            Begin(state, id, idBulk, pairs, fields);
        Add(state, id, idBulk, pairs, isSame: fields == state->NodeFields);
        return begins;
    }

    /// <summary>The last node has lost its last entry: what comes begins another one.</summary>
    public static void End(StreamState* state) => state->LastNodeEntries = 0;

    // The counts of entries, of deleted ones and of fields; the fields; a zero.
    private static void Begin(StreamState* state, StreamId id, byte* idBulk, int pairs, ulong fields)
    {
        state->Nodes++;
        state->NodeId = id;
        state->NodeFields = fields;
        state->LastNodeEntries = 0;
        state->LastNodeBytes = PackBytes + 3 * BytesOf(0) + BytesOf(pairs) + NamesBytes(idBulk, pairs);
    }

    private static void Add(StreamState* state, StreamId id, byte* idBulk, int pairs, bool isSame)
    {
        long bytes = BytesOf(0) + BytesOf((long)(id.Ms - state->NodeId.Ms)) + BytesOf((long)(id.Seq - state->NodeId.Seq)) + ValuesBytes(idBulk, pairs);
        bytes += BytesOf(isSame ? pairs + 3 : 2L * pairs + 4);
        if (!isSame)
            bytes += BytesOf(pairs) + NamesBytes(idBulk, pairs);
        bytes += BytesOf(state->LastNodeEntries + 1L) - BytesOf(state->LastNodeEntries);
        state->LastNodeEntries++;
        state->LastNodeBytes += bytes;
    }

    private static long NamesBytes(byte* idBulk, int pairs) => EveryOther(BulkString.Next(idBulk), pairs);

    private static long ValuesBytes(byte* idBulk, int pairs) => EveryOther(BulkString.Next(BulkString.Next(idBulk)), pairs);

    private static long EveryOther(byte* bulk, int count)
    {
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            byte* text = BulkString.Data(bulk, out int length);
            bytes += BytesOf(new ReadOnlySpan<byte>(text, length));
            bulk = i + 1 < count ? BulkString.Next(text + length + 2) : bulk;
        }
        return bytes;
    }

    private static long BytesOf(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Integers.MaxBytes && Integers.TryParse(text, out long number))
            return BytesOf(number);
        return WithLength(text.Length + (text.Length < 1 << 6 ? 1L : text.Length < 1 << 12 ? 2 : 5));
    }

    private static long BytesOf(long number) => WithLength(
        number is >= 0 and <= SmallNumberMax ? 1
        : number is >= -ShortNumberMax - 1 and <= ShortNumberMax ? 2
        : number == (short)number ? 3
        : number is >= -(1 << 23) and < 1 << 23 ? 4
        : number == (int)number ? 5 : 9);

    private static long WithLength(long bytes) => bytes + (bytes switch { <= 127 => 1, < 16383 => 2, < 2097151 => 3, < 268435455 => 4, _ => 5 });
}
