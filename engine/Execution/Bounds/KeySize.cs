using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Persistence.Log;
using Pkv.Resp;

namespace Pkv.Engine.Execution.Bounds;

/// <summary>
/// The most bytes that a key's value takes when it is logged again, element by element (a string counts as one element), and of what
/// sizes: what is longer than a slot holds needs adjacent ones.
/// </summary>
internal unsafe struct KeySize
{
    // A record's head and entry may come to the element; keys are rarely longer.
    private const long LargeBytes = AppendPlan.SlotRoom - 64 * 1024;

    /// <summary>Elements, large ones included.</summary>
    public long Elements;

    /// <summary>All elements that fit a slot, and the most that one of them takes.</summary>
    public long SmallBytes, LargestSmall;

    /// <summary>The others: how many, and the most that one takes.</summary>
    public long Large, LargestLarge;

    /// <summary>Of a string: its bytes.</summary>
    public long Length;

    /// <summary>The most that any element takes.</summary>
    public readonly long LargestBytes => Math.Max(LargestLarge, LargestSmall);

    /// <summary>Of what a slot of the index leads to. The key's lock is held.</summary>
    public static KeySize Of(Stripe* stripe, ulong slot, byte* pool)
    {
        KeySize size = default;
        ulong address = StripeIndex.AddressOf(stripe, slot);
        if (StripeIndex.IsPieces(stripe, slot))
        {
            size.AddPieces(Collection.At(address)->Length);
            return size;
        }
        if (!Slot.IsCollection(slot))
        {
            BulkString.Data(Cell.ValueBulk(StripeIndex.KeyBulk(address, pool), Slot.Kind(slot)), out int length);
            size.Length = length;
            size.Add(length);
            return size;
        }
        Collection* collection = Collection.At(address);
        size.SmallBytes = collection->LogBytes + (long)collection->Count * CollectionRecord.ElementOverheadBytes;
        size.Elements = collection->Count;
        // What a stream tells of itself is logged as well.
        if (collection->Kind == ValueKind.Stream)
            size.Add(StreamFacts.SummaryBytes);
        size.LargestSmall = Math.Min(size.SmallBytes, collection->LargestBytes + CollectionRecord.ElementOverheadBytes);
        if (size.LargestSmall > LargeBytes)
            size.Measure(collection, pool);
        return size;
    }

    /// <summary>One element more, of so many bytes of its own.</summary>
    public void Add(long bytes)
    {
        Elements++;
        Count(bytes + 2 * CollectionRecord.ElementOverheadBytes);
    }

    /// <summary>A string in pieces, of so many bytes: it is logged in records of its own.</summary>
    public void AddPieces(long length)
    {
        Elements++;
        Length = length;
        SmallBytes += length + (length / PieceRecord.UsualMaxBytes + 2) * PieceRecord.MaxBytes(0, 1, 0);
        LargestSmall = Math.Max(LargestSmall, Math.Min(SmallBytes, PieceRecord.MaxBytes(0, 1, PieceRecord.UsualMaxBytes)));
    }

    /// <summary>All elements of another one more.</summary>
    public void Add(in KeySize other)
    {
        Elements += other.Elements;
        SmallBytes += other.SmallBytes;
        LargestSmall = Math.Max(LargestSmall, other.LargestSmall);
        Large += other.Large;
        LargestLarge = Math.Max(LargestLarge, other.LargestLarge);
    }

    /// <summary>It may be the other one instead.</summary>
    public void Cover(in KeySize other)
    {
        Elements = Math.Max(Elements, other.Elements);
        SmallBytes = Math.Max(SmallBytes, other.SmallBytes);
        LargestSmall = Math.Max(LargestSmall, other.LargestSmall);
        Large = Math.Max(Large, other.Large);
        LargestLarge = Math.Max(LargestLarge, other.LargestLarge);
        Length = Math.Max(Length, other.Length);
    }

    /// <summary>What so many elements take at most, were they the longest.</summary>
    public readonly KeySize Most(long elements)
    {
        if (elements >= Elements)
            return this;
        return this with { Elements = elements, SmallBytes = Math.Min(SmallBytes, elements * LargestSmall), Large = Math.Min(Large, elements) };
    }

    /// <summary>So much of it is gone.</summary>
    public void Remove(in KeySize taken)
    {
        Elements -= taken.Elements;
        SmallBytes -= taken.SmallBytes;
        Large -= taken.Large;
    }

    /// <summary>Adds the records that log all elements under a key of this length.</summary>
    public readonly void Plan(AppendPlan plan, int keyLength)
    {
        long head = CollectionRecord.HeadBytes(keyLength) + Persistence.Format.CommitEntry.SizeBytes;
        for (long i = 0; i < Large; i++)
            plan.Add(head + LargestLarge);
        // Two neighbouring records would have been one, were they not longer than that together.
        long bytes = SmallBytes + (2 * SmallBytes / CollectionRecord.UsualMaxBytes + 1) * head;
        plan.AddMany(bytes, Math.Min(bytes, head + Math.Max(CollectionRecord.UsualMaxBytes, LargestSmall)));
    }

    // There may be elements that do not fit a slot: looks at each.
    private void Measure(Collection* collection, byte* pool)
    {
        SmallBytes = LargestSmall = 0;
        for (ElementCursor cursor = new(collection->Elements); cursor.IsValid; cursor.MoveNext())
        {
            Element element = cursor.Element;
            long bytes = collection->Kind == ValueKind.Stream ? ElementBulk.LiveBytesOfEntry(collection, pool + StreamEntry.Place(element), StreamEntry.Pairs(element))
                : ElementBulk.LiveBytes(collection, element.Bulk(pool));
            Count(bytes + CollectionRecord.ElementOverheadBytes);
        }
    }

    private void Count(long bytes)
    {
        if (bytes <= LargeBytes)
        {
            SmallBytes += bytes;
            LargestSmall = Math.Max(LargestSmall, bytes);
            return;
        }
        Large++;
        LargestLarge = Math.Max(LargestLarge, bytes);
    }
}
