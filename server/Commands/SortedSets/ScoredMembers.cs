using System.Numerics;
using System.Runtime.InteropServices;
using Pkv.Server.Keyspace.Collections;

namespace Pkv.Server.Commands.SortedSets;

/// <summary>
/// Members and scores that a command gathers before it stores them or replies: 32 bytes each and an index by member, off the
/// managed heap. The members' bytes stay where they are (arguments, or the pool). One for each thread, used again by every command.
/// </summary>
internal sealed unsafe class ScoredMembers : IDisposable
{
    private const int None = -1;
    private const int FirstCapacity = 64;

    // More than that is not taken on somebody's word.
    private const int ExpectedMax = 1 << 20;

    // What one huge result made grow is given back.
    private const int KeptCapacity = 1 << 14;

    [ThreadStatic] private static ScoredMembers? s_own;

    private Item* _items;
    private int* _heads;
    private int _capacity;
    private int _buckets;

    private ScoredMembers()
    {
    }

    ~ScoredMembers() => Release();

    /// <summary>The thread's list, empty.</summary>
    /// <param name="expected">Members that will come, more or less.</param>
    /// <param name="isIndexed">Whether <see cref="Find"/> is going to be asked.</param>
    public static ScoredMembers Begin(uint expected, bool isIndexed)
    {
        ScoredMembers own = s_own ??= new ScoredMembers();
        own.Count = 0;
        own._buckets = 0;
        int capacity = (int)BitOperations.RoundUpToPowerOf2(Math.Clamp(expected, FirstCapacity, ExpectedMax));
        own.Reserve(capacity);
        if (isIndexed)
            own.Index(capacity);
        return own;
    }

    /// <summary>Members in it.</summary>
    public int Count { get; private set; }

    public Span<Item> Items => new(_items, Count);

    /// <summary>Adds a member, which is not there.</summary>
    public void Add(ulong hash, byte* data, int length, double score)
    {
        if (Count == _capacity)
            Reserve(_capacity * 2);
        if (Count == _buckets && _buckets != 0)
            Index(_buckets * 2);
        _items[Count] = new Item { Hash = hash, Data = data, Length = length, Score = score };
        if (_buckets != 0)
            Chain(Count);
        Count++;
    }

    /// <summary>The member of these bytes, or null. Valid until the next <see cref="Add"/>.</summary>
    public Item* Find(ulong hash, byte* data, int length)
    {
        ReadOnlySpan<byte> sought = new(data, length);
        for (int i = _heads[hash & (uint)(_buckets - 1)]; i != None; i = _items[i].Next)
        {
            Item* item = _items + i;
            if (item->Hash == hash && item->Length == length && new ReadOnlySpan<byte>(item->Data, length).SequenceEqual(sought))
                return item;
        }
        return null;
    }

    /// <summary>Brings them into a sorted set's order: by score, then by bytes. <see cref="Find"/> is over.</summary>
    public void Sort()
    {
        _buckets = 0;
        Items.Sort(static (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score)
            : new ReadOnlySpan<byte>(a.Data, a.Length).SequenceCompareTo(new ReadOnlySpan<byte>(b.Data, b.Length)));
    }

    /// <summary>Puts them all into a batch.</summary>
    public void CopyTo(ElementBatch batch)
    {
        foreach (ref readonly Item item in Items)
            batch.AddScored(item.Score, item.Data, item.Length);
    }

    /// <summary>The command is through with it.</summary>
    public void Dispose()
    {
        if (_capacity > KeptCapacity)
            Release();
    }

    private void Release()
    {
        NativeMemory.Free(_items);
        NativeMemory.Free(_heads);
        _items = null;
        _heads = null;
        _capacity = 0;
    }

    private void Reserve(int capacity)
    {
        if (capacity <= _capacity)
            return;
        _items = (Item*)NativeMemory.Realloc(_items, (nuint)capacity * (nuint)sizeof(Item));
        _heads = (int*)NativeMemory.Realloc(_heads, (nuint)capacity * sizeof(int));
        _capacity = capacity;
    }

    // No more buckets than there is room for items.
    private void Index(int buckets)
    {
        _buckets = buckets;
        new Span<int>(_heads, buckets).Fill(None);
        for (int i = 0; i < Count; i++)
            Chain(i);
    }

    private void Chain(int index)
    {
        int* head = _heads + (_items[index].Hash & (uint)(_buckets - 1));
        _items[index].Next = *head;
        *head = index;
    }

    /// <summary>A member and its score.</summary>
    internal struct Item
    {
        public ulong Hash;
        public byte* Data;
        public double Score;
        public int Length;
        internal int Next;
    }
}
