using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// The encoding that Redis 7.0 would use for a collection (OBJECT ENCODING), by its size, its elements' sizes and the
/// configured limits. Here all collections are trees of places in the log; only the reply depends on this. Redis does not
/// change back after it has switched to the larger form; here the reply follows the current contents.
/// </summary>
internal static unsafe class ValueEncoding
{
    // Redis's own bound on intsets, whatever the configuration says.
    private const long IntsetEntriesMax = 1L << 30;

    public static ReadOnlySpan<byte> Of(CommandContext context, Collection* collection) => collection->Kind switch
    {
        ValueKind.Hash => IsCompact(context, collection) ? "listpack"u8 : "hashtable"u8,
        ValueKind.Set => IsCompact(context, collection) ? "intset"u8 : "hashtable"u8,
        ValueKind.SortedSet => IsCompact(context, collection) ? "listpack"u8 : "skiplist"u8,
        ValueKind.Stream => "stream"u8,
        _ => "quicklist"u8,
    };

    /// <summary>Whether Redis would hold it in one piece: a listpack or an intset. Looks at few elements.</summary>
    public static bool IsCompact(CommandContext context, Collection* collection)
    {
        EngineOptions options = context.Engine.Options;
        (long entriesMax, long bytesMax) = collection->Kind switch
        {
            ValueKind.Hash => (options.HashMaxListpackEntries, options.HashMaxListpackValueBytes),
            ValueKind.Set => (Math.Min(options.SetMaxIntsetEntries, IntsetEntriesMax), Integers.MaxBytes),
            ValueKind.SortedSet => (options.ZsetMaxListpackEntries, options.ZsetMaxListpackValueBytes),
            _ => (0, 0),
        };
        if (collection->Count > entriesMax)
            return false;
        for (ElementCursor at = new(collection->Elements); at.IsValid; at.MoveNext())
        {
            byte* bulk = at.Bulk(context.PoolBase);
            byte* data = BulkString.Data(bulk, out int length);
            if (length > bytesMax || (collection->Kind == ValueKind.Set && !Integers.TryParse(new ReadOnlySpan<byte>(data, length), out _)))
                return false;
            if (collection->Kind != ValueKind.Hash)
                continue;
            BulkString.Data(data + length + 2, out length);
            if (length > bytesMax)
                return false;
        }
        return true;
    }
}
