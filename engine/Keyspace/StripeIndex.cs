using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// The hash table inside a stripe: linear hashing (Litwin 1980), so that it grows by one bucket at a time. A
/// bucket is a cache line: seven slots and the number of an overflow bucket. All calls are made under the
/// stripe's lock; <c>pool</c> is the pool's first byte, to which addresses are relative.
/// </summary>
public static unsafe class StripeIndex
{
    public const int WordsPerBucket = 8;
    public const int SlotsPerBucket = 7;

    // Grows when there are more than 5 keys for each home bucket of 7 slots: 64 / 5 = 12.8 bytes a key, and
    // about one bucket in ten has an overflow.
    private const uint KeysPerBucket = 5;
    private const int BucketBytes = WordsPerBucket * sizeof(ulong);

    private const ulong TagMask = 0xFFUL << Slot.TagShift;
    private const ulong SlotBits = (1 << SlotsPerBucket) - 1;

    /// <summary>The slot of the key, or null.</summary>
    public static ulong* Find(Stripe* stripe, ulong hash, byte* key, int length, byte* pool)
    {
        if (stripe->Count == 0)
            return null;
        ulong tag = Slot.Tag(hash);
        ulong* bucket = Home(stripe, hash);
        while (true)
        {
            for (int i = 0; i < SlotsPerBucket; i++)
            {
                ulong slot = bucket[i];
                if (slot == 0)
                    continue;
                if (Slot.Tag(slot) == tag && BulkString.Holds(KeyBulk(AddressOf(stripe, slot), pool), key, length))
                    return bucket + i;
            }
            uint next = (uint)bucket[SlotsPerBucket];
            if (next == 0)
                return null;
            bucket = stripe->Overflow + (next - 1) * WordsPerBucket;
        }
    }

    /// <summary>
    /// The slot of the key whose bulk string is at this pool offset, or null when the index points elsewhere by now. Reads no
    /// key.
    /// </summary>
    public static ulong* FindAt(Stripe* stripe, ulong hash, ulong address)
    {
        if (stripe->Count == 0)
            return null;
        ulong tag = Slot.Tag(hash);
        ulong* bucket = Home(stripe, hash);
        while (true)
        {
            // The tags of all seven in one comparison: which of them it is, if any, cannot be predicted.
            Vector512<ulong> tags = Vector512.Load(bucket) & Vector512.Create(TagMask);
            ulong found = Vector512.Equals(tags, Vector512.Create(tag)).ExtractMostSignificantBits() & SlotBits;
            for (; found != 0; found &= found - 1)
            {
                ulong* slot = bucket + BitOperations.TrailingZeroCount(found);
                if (AddressOf(stripe, *slot) == address)
                    return slot;
            }
            uint next = (uint)bucket[SlotsPerBucket];
            if (next == 0)
                return null;
            bucket = stripe->Overflow + (next - 1) * WordsPerBucket;
        }
    }

    /// <summary>
    /// Starts loading the bucket that <see cref="Find"/> will look at. Also without the lock: another thread may be growing or clearing
    /// the stripe, and what comes out may be no bucket, but nothing is read there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(Stripe* stripe, ulong hash)
    {
        if (Sse.IsSupported && stripe->Count != 0)
            Sse.Prefetch0(stripe->Buckets + HomeIndex(stripe->BucketCount, hash) * WordsPerBucket);
    }

    /// <summary>
    /// Starts loading what <see cref="FindAt"/> will look at behind the home bucket, unless that one holds what it looks for, as
    /// far as can be seen without another load.
    /// </summary>
    public static void PrefetchOverflow(Stripe* stripe, ulong hash, ulong address)
    {
        if (!Sse.IsSupported || stripe->Count == 0)
            return;
        ulong* bucket = Home(stripe, hash);
        uint next = (uint)bucket[SlotsPerBucket];
        if (next == 0)
            return;
        Vector512<ulong> places = Vector512.Load(bucket) & Vector512.Create(TagMask | Slot.AddressMask);
        if (!Vector512.EqualsAny(places, Vector512.Create(Slot.Tag(hash) | address)))
            Sse.Prefetch0(stripe->Overflow + (next - 1) * WordsPerBucket);
    }

    /// <summary>Starts loading the key (and a small value behind it) that <see cref="Find"/> will compare.</summary>
    public static void PrefetchKey(Stripe* stripe, ulong hash, byte* pool)
    {
        if (!Sse.IsSupported || stripe->Count == 0)
            return;
        ulong tag = Slot.Tag(hash);
        ulong* bucket = Home(stripe, hash);
        for (int i = 0; i < SlotsPerBucket; i++)
        {
            ulong slot = bucket[i];
            if (slot == 0 || Slot.Tag(slot) != tag || Slot.IsVolatile(slot))
                continue;
            byte* key = KeyBulk(AddressOf(stripe, slot), pool);
            Sse.Prefetch0(key);
            Sse.Prefetch0(key + 63);
        }
    }

    /// <summary>Starts loading what a collection's elements are found by, once its header has come (see <see cref="PrefetchKey"/>).</summary>
    public static void PrefetchElements(Stripe* stripe, ulong hash, byte* pool)
    {
        if (!Sse.IsSupported || stripe->Count == 0)
            return;
        ulong tag = Slot.Tag(hash);
        ulong* bucket = Home(stripe, hash);
        for (int i = 0; i < SlotsPerBucket; i++)
        {
            ulong slot = bucket[i];
            if (slot != 0 && Slot.Tag(slot) == tag && Slot.IsCollection(slot) && !Slot.IsVolatile(slot))
                Collection.Prefetch(Collection.At(Slot.Address(slot)), pool);
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    /// <param name="address">Pool offset of its bulk string, or its collection's locator.</param>
    /// <param name="expiryMs">Unix ms, or -1 for a key that does not expire.</param>
    public static void Insert(Stripe* stripe, ulong hash, ValueKind kind, ulong address, long expiryMs, ulong lru, byte* pool)
    {
        if (stripe->Count >= stripe->BucketCount * KeysPerBucket)
            Split(stripe, pool);
        Debug.Assert(IsPlace(kind, address) && lru < 1UL << Slot.LruBits, "a slot holds a place in the pool, or a native object");
        ulong slot = Slot.Tag(hash) | Slot.KindBits(kind) | lru << Slot.LruShift;
        slot |= expiryMs < 0 ? address & Slot.AddressMask : Slot.VolatileBit | TakeVolatile(stripe, address, expiryMs);
        Debug.Assert(slot != 0, "a slot of zero is empty");
        Place(stripe, Home(stripe, hash), slot);
        stripe->Count++;
        Debug.Assert(stripe->VolatileCount <= stripe->Count, "no more keys expire than there are");
    }

    /// <summary>Points a key's slot at a new place, with a new expiry (-1: none).</summary>
    public static void Update(Stripe* stripe, ulong* slot, ValueKind kind, ulong address, long expiryMs, ulong lru)
    {
        ulong old = *slot;
        Debug.Assert(old != 0 && IsPlace(kind, address) && lru < 1UL << Slot.LruBits, "a key that is there gets another place");
        ulong updated = (old & 0xFFUL << Slot.TagShift) | Slot.KindBits(kind) | lru << Slot.LruShift;
        if (Slot.IsVolatile(old))
        {
            uint cell = (uint)Slot.Address(old);
            if (expiryMs >= 0)
            {
                stripe->Volatiles[cell].Address = address;
                stripe->Volatiles[cell].ExpiryMs = expiryMs;
                *slot = updated | Slot.VolatileBit | cell;
                return;
            }
            DropVolatile(stripe, cell);
        }
        *slot = updated | (expiryMs < 0 ? address & Slot.AddressMask : Slot.VolatileBit | TakeVolatile(stripe, address, expiryMs));
    }

    /// <summary>Points a string's slot at the cell that it was copied to; all else stays as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move(Stripe* stripe, ulong* slot, ulong address)
    {
        ulong held = *slot;
        Debug.Assert(held != 0 && !Slot.IsCollection(held) && IsPlace(ValueKind.String, address), "a string in one stretch moves to another place in the pool");
        if (Slot.Kind(held) == ValueKind.StringAfterGap)
            held &= ~Slot.KindMask; // the copy has no gap
        if (Slot.IsVolatile(held))
        {
            stripe->Volatiles[Slot.Address(held)].Address = address;
            *slot = held;
        }
        else
            *slot = (held & ~Slot.AddressMask) | address;
    }

    /// <summary>Removes the key that this slot holds.</summary>
    public static void Remove(Stripe* stripe, ulong* slot)
    {
        Debug.Assert(*slot != 0 && stripe->Count > 0, "what is removed is there");
        if (Slot.IsVolatile(*slot))
            DropVolatile(stripe, (uint)Slot.Address(*slot));
        *slot = 0;
        if (--stripe->Count == 0)
            Clear(stripe);
            Debug.Assert(stripe->VolatileCount <= stripe->Count, "no more keys expire than there are");
    }

    /// <summary>Forgets every key and gives the memory back.</summary>
    public static void Clear(Stripe* stripe)
    {
        NativeArray.Free(stripe->Buckets, BucketBytes);
        NativeArray.Free(stripe->Overflow, BucketBytes);
        NativeArray.Free(stripe->Volatiles, VolatileCell.SizeBytes);
        stripe->Buckets = null;
        stripe->Overflow = null;
        stripe->Volatiles = null;
        stripe->BucketCount = stripe->Count = stripe->VolatileCount = stripe->ExpiryCursor = 0;
    }

    /// <summary>Pool offset of the key that the slot holds; of a collection its locator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddressOf(Stripe* stripe, ulong slot) =>
        Slot.IsVolatile(slot) ? stripe->Volatiles[Slot.Address(slot)].Address
        : Slot.IsCollection(slot) ? Slot.Address(slot) | Slot.CollectionFlag : Slot.Address(slot);

    /// <summary>The key's bulk string, from what <see cref="AddressOf"/> or a volatile cell tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyBulk(ulong address, byte* pool) =>
        (address & Slot.CollectionFlag) == 0 ? pool + address : Collection.KeyBulk(Collection.At(address));

    /// <summary>What the slot holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueKind KindOf(Stripe* stripe, ulong slot) => Slot.IsCollection(slot) ? CollectionOf(stripe, slot)->Kind : Slot.Kind(slot);

    /// <summary>Whether the slot holds a string, in one stretch or in pieces.</summary>
    public static bool IsString(Stripe* stripe, ulong slot) => KindOf(stripe, slot) is <= ValueKind.RawString or ValueKind.Pieces;

    /// <summary>Whether the slot holds a string of pieces.</summary>
    public static bool IsPieces(Stripe* stripe, ulong slot) => KindOf(stripe, slot) == ValueKind.Pieces;

    /// <summary>The collection that the slot holds.</summary>
    public static Collection* CollectionOf(Stripe* stripe, ulong slot) => Collection.At(AddressOf(stripe, slot));

    /// <summary>Unix ms at which the key expires, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ExpiryOf(Stripe* stripe, ulong slot) =>
        Slot.IsVolatile(slot) ? stripe->Volatiles[Slot.Address(slot)].ExpiryMs : -1;

    /// <summary>Cells of volatile keys ever handed out, free ones included.</summary>
    public static uint VolatileCells(Stripe* stripe) => stripe->Volatiles == null ? 0 : NativeArray.Used(stripe->Volatiles);

    /// <summary>Home buckets; SCAN walks them in rising order (a split moves keys only to a higher one).</summary>
    public static uint BucketCount(Stripe* stripe) => stripe->BucketCount;

    /// <summary>Copies the slots of a home bucket and its overflow to <paramref name="slots"/>; returns how many there are.</summary>
    public static int ReadBucket(Stripe* stripe, uint bucketIndex, Span<ulong> slots)
    {
        Debug.Assert(bucketIndex < stripe->BucketCount, "a bucket that is read is one of those in use");
        int count = 0;
        ulong* bucket = stripe->Buckets + (ulong)bucketIndex * WordsPerBucket;
        while (true)
        {
            for (int i = 0; i < SlotsPerBucket; i++)
            {
                if (bucket[i] == 0)
                    continue;
                if (count < slots.Length)
                    slots[count] = bucket[i];
                count++;
            }
            uint next = (uint)bucket[SlotsPerBucket];
            if (next == 0)
                return count;
            bucket = stripe->Overflow + (ulong)(next - 1) * WordsPerBucket;
        }
    }

    /// <summary>Makes room for so many keys at once, as recovery does when it knows what is coming.</summary>
    public static void Reserve(Stripe* stripe, uint keys)
    {
        uint buckets = keys / KeysPerBucket + 1;
        if (stripe->Count != 0 || buckets <= stripe->BucketCount)
            return;
        stripe->Buckets = (ulong*)NativeArray.Grow(stripe->Buckets, buckets, BucketBytes);
        stripe->BucketCount = buckets;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* Home(Stripe* stripe, ulong hash)
    {
        Debug.Assert(stripe->BucketCount > 0 && stripe->BucketCount <= NativeArray.Capacity(stripe->Buckets), "a stripe that is looked into has buckets");
        ulong index = HomeIndex(stripe->BucketCount, hash);
        Debug.Assert(index < stripe->BucketCount, "every hash has its home bucket");
        return stripe->Buckets + index * WordsPerBucket;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HomeIndex(uint count, ulong hash)
    {
        uint bits = (uint)(hash >> Database.StripeBits);
        uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount(count - 1 | 1);
        uint index = bits & mask;
        if (index >= count)
            index &= mask >> 1;
        return index;
    }

    private static void Place(Stripe* stripe, ulong* bucket, ulong slot)
    {
        while (true)
        {
            for (int i = 0; i < SlotsPerBucket; i++)
            {
                if (bucket[i] == 0)
                {
                    bucket[i] = slot;
                    return;
                }
            }
            uint next = (uint)bucket[SlotsPerBucket];
            if (next == 0)
            {
                // The bucket may itself lie in the overflow array, which may move when it grows.
                long offset = stripe->Overflow == null ? -1 : bucket - stripe->Overflow;
                bool inOverflow = offset >= 0 && offset < NativeArray.Capacity(stripe->Overflow) * (long)WordsPerBucket;
                next = TakeOverflow(stripe) + 1;
                if (inOverflow)
                    bucket = stripe->Overflow + offset;
                bucket[SlotsPerBucket] = next;
            }
            Debug.Assert(next <= NativeArray.Used(stripe->Overflow), "an overflow bucket was handed out");
            bucket = stripe->Overflow + (ulong)(next - 1) * WordsPerBucket;
        }
    }

    private static uint TakeOverflow(Stripe* stripe)
    {
        if (stripe->Overflow != null && NativeArray.FreeHead(stripe->Overflow) is uint head and not 0)
        {
            Debug.Assert(head <= NativeArray.Used(stripe->Overflow), "a free bucket was handed out before");
            ulong* bucket = stripe->Overflow + (ulong)(head - 1) * WordsPerBucket;
            NativeArray.FreeHead(stripe->Overflow) = (uint)bucket[SlotsPerBucket];
            bucket[SlotsPerBucket] = 0;
            return head - 1;
        }
        uint used = stripe->Overflow == null ? 0 : NativeArray.Used(stripe->Overflow);
        if (used == NativeArray.Capacity(stripe->Overflow))
            stripe->Overflow = (ulong*)NativeArray.Grow(stripe->Overflow, used + 1, BucketBytes);
        NativeArray.Used(stripe->Overflow) = used + 1;
        return used;
    }

    private static ulong TakeVolatile(Stripe* stripe, ulong address, long expiryMs)
    {
        uint cell;
        if (stripe->Volatiles != null && NativeArray.FreeHead(stripe->Volatiles) is uint head and not 0)
        {
            cell = head - 1;
            Debug.Assert(cell < NativeArray.Used(stripe->Volatiles) && stripe->Volatiles[cell].Address == 0, "a free cell was handed out before, and is free");
            NativeArray.FreeHead(stripe->Volatiles) = (uint)stripe->Volatiles[cell].ExpiryMs;
        }
        else
        {
            cell = stripe->Volatiles == null ? 0 : NativeArray.Used(stripe->Volatiles);
            if (cell == NativeArray.Capacity(stripe->Volatiles))
                stripe->Volatiles = (VolatileCell*)NativeArray.Grow(stripe->Volatiles, cell + 1, VolatileCell.SizeBytes);
            NativeArray.Used(stripe->Volatiles) = cell + 1;
        }
        Debug.Assert(address != 0 && expiryMs >= 0, "a cell of address zero is free");
        stripe->Volatiles[cell].Address = address;
        stripe->Volatiles[cell].ExpiryMs = expiryMs;
        stripe->VolatileCount++;
        return cell;
    }

    private static void DropVolatile(Stripe* stripe, uint cell)
    {
        Debug.Assert(cell < NativeArray.Used(stripe->Volatiles) && stripe->Volatiles[cell].Address != 0, "a cell is given back once");
        Debug.Assert(stripe->VolatileCount > 0, "no more keys stop to expire than did expire");
        stripe->Volatiles[cell].Address = 0;
        stripe->Volatiles[cell].ExpiryMs = NativeArray.FreeHead(stripe->Volatiles);
        NativeArray.FreeHead(stripe->Volatiles) = cell + 1;
        stripe->VolatileCount--;
    }

    // Adds one home bucket and moves there what now belongs to it. The keys must be hashed again, so their
    // cells are all asked for before the first is read.
    private static void Split(Stripe* stripe, byte* pool)
    {
        uint count = stripe->BucketCount;
        if (count == NativeArray.Capacity(stripe->Buckets))
            stripe->Buckets = (ulong*)NativeArray.Grow(stripe->Buckets, count + 1, BucketBytes);
        stripe->BucketCount = count + 1;
        if (count == 0)
            return;
        uint level = uint.MaxValue >> BitOperations.LeadingZeroCount(count);
        ulong* bucket = stripe->Buckets + (ulong)(count & level >> 1) * WordsPerBucket;
        Span<ulong> moved = stackalloc ulong[256];
        int total = ReadBucket(stripe, count & level >> 1, moved);
        Debug.Assert(total <= stripe->Count, "a bucket holds no more keys than its stripe");
        if (total > moved.Length)
            moved = new ulong[total];
        ReadBucket(stripe, count & level >> 1, moved);
        moved = moved[..total];
        foreach (ulong slot in moved)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(KeyBulk(AddressOf(stripe, slot), pool));
        }
        EmptyBucket(stripe, bucket);
        foreach (ulong slot in moved)
        {
            byte* key = BulkString.Data(KeyBulk(AddressOf(stripe, slot), pool), out int length);
            ulong hash = KeyHash.Of(key, length);
            Debug.Assert(Slot.Tag(hash) == Slot.Tag(slot), "a slot has its key's tag, so it leads to its key");
            Place(stripe, Home(stripe, hash), slot);
        }
    }

    private static bool IsPlace(ValueKind kind, ulong address) =>
        address != 0 && (kind >= ValueKind.Hash ? (address & ~Slot.AddressMask) == Slot.CollectionFlag : address <= Slot.AddressMask);

    private static void EmptyBucket(Stripe* stripe, ulong* bucket)
    {
        uint next = (uint)bucket[SlotsPerBucket];
        new Span<ulong>(bucket, WordsPerBucket).Clear();
        while (next != 0)
        {
            ulong* overflow = stripe->Overflow + (ulong)(next - 1) * WordsPerBucket;
            uint after = (uint)overflow[SlotsPerBucket];
            new Span<ulong>(overflow, WordsPerBucket).Clear();
            overflow[SlotsPerBucket] = NativeArray.FreeHead(stripe->Overflow);
            NativeArray.FreeHead(stripe->Overflow) = next;
            next = after;
        }
    }
}
