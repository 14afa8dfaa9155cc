using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// A small hash that stands in one record, given another record of the same fields in the same order, as who stores objects sends
/// them: its places are those of the old record moved over. Nothing is hashed, nothing looked for, and what lives is counted once.
/// </summary>
internal static unsafe class WholeRecord
{
    // More than that is counted element by element: it may lie in several slots.
    private const int MaxBytes = 1 << 20;

    /// <summary>Puts the new record's fields in the place of the old one's. False: they are not the same, and nothing was done.</summary>
    /// <param name="hash">One that stands in one record.</param>
    /// <param name="bulk">The new record's first field, in the pool.</param>
    /// <param name="bulks">Its fields and values.</param>
    /// <param name="pool">What places are relative to.</param>
    /// <param name="live">The calling thread's counts.</param>
    public static bool TryReplace(Collection* hash, byte* bulk, int bulks, byte* pool, LiveBytes live)
    {
        Node* leaf = hash->Elements.Root;
        if (bulks != 2 * hash->Count || leaf->Height != 0 || hash->WholeBytes > MaxBytes)
            return false;
        int* before = stackalloc int[Node.MaxCount], after = stackalloc int[Node.MaxCount];
        byte* oldStart = pool + hash->WholePlace;
        if (!HaveSameFields(oldStart, oldStart + hash->WholeBytes, bulk, leaf->Count, before, after, out byte* end))
            return false;
        ulong oldPlace = hash->WholePlace, newPlace = (ulong)(bulk - pool);
        if (!LiveBytes.IsOneSlot(oldPlace, oldPlace + (uint)before[leaf->Count - 1]) || !LiveBytes.IsOneSlot(newPlace, newPlace + (uint)after[leaf->Count - 1]))
            return false;
        long dead = ElementBulk.LiveBytesOfFields(hash, oldStart, hash->WholeBytes, before, leaf->Count);
        long born = ElementBulk.LiveBytesOfFields(hash, bulk, end - bulk, after, leaf->Count);
        live.Add(oldPlace, -dead);
        live.Add(newPlace, born);
        hash->LogBytes += born - dead;
        hash->NoteBytes(born);
        Element* elements = Node.Elements(leaf);
        for (int i = 0; i < leaf->Count; i++)
        {
            int offset = (int)(elements[i].Place - oldPlace);
            elements[i].Place = newPlace + (uint)after[new ReadOnlySpan<int>(before, leaf->Count).BinarySearch(offset)];
        }
        hash->WholePlace = newPlace;
        hash->WholeBytes = (uint)(end - bulk);
        return true;
    }

    // Where each field begins goes to 'before' and 'after', relative to the first.
    private static bool HaveSameFields(byte* old, byte* oldEnd, byte* bulk, int count, int* before, int* after, out byte* end)
    {
        byte* oldStart = old, start = bulk;
        end = null;
        for (int i = 0; i < count; i++)
        {
            int bytes = (int)(BulkString.Next(bulk) - bulk);
            if (bytes > oldEnd - old || !new ReadOnlySpan<byte>(bulk, bytes).SequenceEqual(new ReadOnlySpan<byte>(old, bytes)))
                return false;
            before[i] = (int)(old - oldStart);
            after[i] = (int)(bulk - start);
            old = BulkString.Next(old + bytes);
            bulk = BulkString.Next(bulk + bytes);
            if (bulk - start > MaxBytes)
                return false;
        }
        end = bulk;
        return true;
    }
}
