using System.Runtime.InteropServices;
using Pkv.Server.Keyspace.Collections;

namespace Pkv.Server.Commands.SortedSets;

/// <summary>
/// Members and scores that a command gathers before it stores them or replies: 32 bytes each and an index by member, off the
/// managed heap. The members' bytes stay where they are (arguments, or the pool). For one command.
/// </summary>
internal sealed unsafe class ScoredMembers : IDisposable
{
    private const int None = -1;

    private Item* _items;
    private int* _heads;
    private int _capacity;

    /// <param name="expected">Members that will come, more or less.</param>
    /// <param name="isIndexed">Whether <see cref="Find"/> is going to be asked.</param>
    public ScoredMembers(uint expected, bool isIndexed)
    {
        _capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2(Math.Clamp(expected, 16, 1 << 20));
        _items = (Item*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(Item));
        if (isIndexed)
            Index();
    }

    /// <summary>Members in it.</summary>
    public int Count { get; private set; }

    public Span<Item> Items => new(_items, Count);

    /// <summary>Adds a member, which is not there.</summary>
    public void Add(ulong hash, byte* data, int length, double score)
    {
        if (Count == _capacity)
            Grow();
        _items[Count] = new Item { Hash = hash, Data = data, Length = length, Score = score };
        if (_heads != null)
            Chain(Count);
        Count++;
    }

    /// <summary>The member of these bytes, or null. Valid until the next <see cref="Add"/>.</summary>
    public Item* Find(ulong hash, byte* data, int length)
    {
        ReadOnlySpan<byte> sought = new(data, length);
        for (int i = _heads[hash & (uint)(_capacity - 1)]; i != None; i = _items[i].Next)
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
        NativeMemory.Free(_heads);
        _heads = null;
        Items.Sort(static (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score)
            : new ReadOnlySpan<byte>(a.Data, a.Length).SequenceCompareTo(new ReadOnlySpan<byte>(b.Data, b.Length)));
    }

    /// <summary>Puts them all into a batch.</summary>
    public void CopyTo(ElementBatch batch)
    {
        foreach (ref readonly Item item in Items)
            batch.AddScored(item.Score, item.Data, item.Length);
    }

    public void Dispose()
    {
        NativeMemory.Free(_items);
        NativeMemory.Free(_heads);
        _items = null;
        _heads = null;
    }

    private void Grow()
    {
        _capacity *= 2;
        _items = (Item*)NativeMemory.Realloc(_items, (nuint)_capacity * (nuint)sizeof(Item));
        if (_heads != null)
            Index();
    }

    private void Index()
    {
        _heads = (int*)NativeMemory.Realloc(_heads, (nuint)_capacity * sizeof(int));
        new Span<int>(_heads, _capacity).Fill(None);
        for (int i = 0; i < Count; i++)
            Chain(i);
    }

    private void Chain(int index)
    {
        int* head = _heads + (_items[index].Hash & (uint)(_capacity - 1));
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
