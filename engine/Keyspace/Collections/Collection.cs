using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// A hash, list, set, sorted set or stream, or a string of pieces: off the managed heap, reached from its key's index slot; the key's
/// bulk string stands behind it. What it holds are places in the log. Under its key's stripe lock.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
public unsafe struct Collection
{
    public const int HeaderBytes = 56;

    [FieldOffset(0)] public ValueKind Kind;

    /// <summary>It had an expiry once: the log may tell of that.</summary>
    [FieldOffset(1)] internal bool HadExpiry;

    /// <summary>The binary logarithm of the most bytes that an element has kept alive, rounded down.</summary>
    [FieldOffset(2)] private byte _largestLog;

    /// <summary>Bytes of this block.</summary>
    [FieldOffset(4)] private int _blockBytes;

    /// <summary>Elements: a hash and a set by the hash of field or member, a list by ordinal, a sorted set by score, then member; of a string its pieces by offset, of a stream its entries by ID.</summary>
    [FieldOffset(8)] public OrderTree Elements;

    /// <summary>A sorted set's elements by the hash of the member; a stream's facts by the hash of the name.</summary>
    [FieldOffset(16)] public OrderTree Members;

    /// <summary>Bytes in the log that it keeps alive.</summary>
    [FieldOffset(24)] internal long LogBytes;

    /// <summary>Pool offset of the key in the PEXPIREAT record that tells when it expires; 0: it does not.</summary>
    [FieldOffset(32)] internal ulong ExpiryPlace;

    /// <summary>Pool offset of the first element of the record that holds all of them, one after the other, and nothing else; 0: none does.</summary>
    [FieldOffset(40)] internal ulong WholePlace;

    /// <summary>Of a string of pieces: number of the command with which it began to be one.</summary>
    [FieldOffset(40)] internal ulong Birth;

    /// <summary>Of a stream: what it has beside its entries.</summary>
    [FieldOffset(40)] public StreamState* Stream;

    /// <summary>Bytes of those elements.</summary>
    [FieldOffset(48)] internal uint WholeBytes;

    /// <summary>Of a string of pieces: length of the value that it was until then and that stayed where it was; 0: none did.</summary>
    [FieldOffset(48)] internal uint BaseBytes;

    /// <summary>Elements held.</summary>
    [FieldOffset(52)] public uint Count;

    /// <summary>Of a string of pieces: its bytes.</summary>
    [FieldOffset(52)] public uint Length;

    /// <summary>No element keeps more bytes alive: less than twice the most that one has.</summary>
    public readonly long LargestBytes => 2L << _largestLog;

    /// <summary>An element keeps so many bytes alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteBytes(long bytes)
    {
        Debug.Assert(bytes > 0, "an element keeps some bytes alive");
        _largestLog = Math.Max(_largestLog, (byte)BitOperations.Log2((ulong)bytes));
    }

    /// <summary>All elements stand in one record, and nothing else.</summary>
    internal readonly bool HasWhole => Kind is >= ValueKind.Hash and <= ValueKind.SortedSet && WholePlace != 0;

    /// <summary>Bytes off the managed heap.</summary>
    public readonly long NativeBytes => _blockBytes + (Kind == ValueKind.Stream ? sizeof(StreamState) : 0) + Elements.NativeBytes + Members.NativeBytes;

    /// <summary>Bytes that it needs in all: off the heap and in the log.</summary>
    public readonly long TotalBytes => NativeBytes + LogBytes;

    /// <summary>The key's bulk string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyBulk(Collection* collection) => (byte*)collection + HeaderBytes;

    /// <summary>What an index slot, or the cell of a key that expires, holds of a collection: see <see cref="Slot.CollectionFlag"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Locator(Collection* collection)
    {
        Debug.Assert(((ulong)collection & 15) == 0 && (ulong)collection >> 4 <= Slot.AddressMask, "a slot can tell where a collection is");
        return (ulong)collection >> 4 | Slot.CollectionFlag;
    }

    /// <summary>The collection that a locator tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Collection* At(ulong locator) => (Collection*)((locator & Slot.AddressMask) << 4);

    /// <summary>Starts loading its root, and the record of one that is whole.</summary>
    internal static void Prefetch(Collection* collection, byte* pool)
    {
        const int line = 64, mostBytes = 1280;
        byte* root = (byte*)(collection->Kind == ValueKind.SortedSet ? collection->Members.Root : collection->Elements.Root);
        Sse.Prefetch0(root);
        Sse.Prefetch0(root + line);
        Sse.Prefetch0(root + 2 * line);
        byte* whole = pool + collection->WholePlace;
        for (int at = 0; collection->HasWhole && at < Math.Min(mostBytes, collection->WholeBytes); at += line)
            Sse.Prefetch0(whole + at);
    }

    /// <summary>An empty one, for this key.</summary>
    internal static Collection* Make(ValueKind kind, byte* key, int keyLength, int expected)
    {
        Debug.Assert(kind >= ValueKind.Hash, "a native object is a collection, or a string of pieces");
        int bytes = HeaderBytes + (int)BulkString.BulkBytes(keyLength);
        Collection* made = (Collection*)NativeBlock.Allocate(bytes);
        *made = new Collection { Kind = kind, _blockBytes = bytes };
        BulkString.WriteBulk(KeyBulk(made), key, keyLength);
        made->Elements.Reserve(expected);
        if (kind == ValueKind.SortedSet)
            made->Members.Reserve(expected);
        if (kind == ValueKind.Stream)
        {
            made->Stream = (StreamState*)NativeBlock.Allocate(sizeof(StreamState));
            *made->Stream = default;
        }
        return made;
    }

    /// <summary>Gives so many leaves' memory back; true: that was all of it, and the collection itself.</summary>
    internal static bool FreeSome(Collection* collection, int leaves)
    {
        if (!collection->Elements.FreeSome(leaves) || !collection->Members.FreeSome(leaves))
            return false;
        FreeHeader(collection);
        return true;
    }

    /// <summary>Gives its memory back.</summary>
    internal static void Free(Collection* collection)
    {
        collection->Elements.Clear();
        collection->Members.Clear();
        FreeHeader(collection);
    }

    private static void FreeHeader(Collection* collection)
    {
        if (collection->Kind == ValueKind.Stream)
            NativeBlock.Free(collection->Stream, sizeof(StreamState));
        NativeBlock.Free(collection, collection->_blockBytes);
    }
}
