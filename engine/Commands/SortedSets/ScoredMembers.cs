using System.Numerics;
using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// Members and scores that a command gathers before it stores or returns them: 32 bytes each and an index by member, off
/// the managed heap. The members' bytes stay in place (arguments, or the pool). One for each thread, reused by every
/// command.
/// </summary>
internal sealed unsafe class ScoredMembers : IDisposable
{
    private const int None = -1;
    private const int FirstCapacity = 64;

    // 2 GiB of items.
    private const int ExpectedMax = 1 << 26;

    private const int SliceBuckets = 1 << 14;

    // What one huge result made grow is given back.
    private const int KeptCapacity = 1 << 14;

    [ThreadStatic] private static ScoredMembers? s_own;

    private Item* _items;
    private int* _heads;
    private int _capacity;
    private int _buckets;
    private CommandContext? _breathes;

    private ScoredMembers()
    {
    }

    ~ScoredMembers() => Release();

    /// <summary>The thread's list, empty.</summary>
    /// <param name="expected">Members that will come, more or less.</param>
    /// <param name="isIndexed">Whether <see cref="Find"/> is going to be asked.</param>
    /// <param name="breathes">The command, where others may be served in the middle of it.</param>
    public static ScoredMembers Begin(uint expected, bool isIndexed, CommandContext? breathes = null)
    {
        ScoredMembers own = s_own ??= new ScoredMembers();
        own._breathes = breathes;
        own.Count = 0;
        own._buckets = 0;
        int capacity = (int)BitOperations.RoundUpToPowerOf2(Math.Clamp(expected, FirstCapacity, ExpectedMax));
        own.Reserve(capacity);
        if (isIndexed)
            own.Index(capacity);
        return own;
    }

    /// <summary>Exchanges the thread's list: a command that is suspended keeps its own.</summary>
    internal static void Exchange(ref ScoredMembers? own) => (own, s_own) = (s_own, own);

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
    public void Sort(CommandContext context)
    {
        _buckets = 0;
        SlicedSort.Run(context, _items, Count, default(SetOrder));
    }

    /// <summary>Puts them all into a batch.</summary>
    public void CopyTo(ElementBatch batch, CommandContext context)
    {
        for (int i = 0; i < Count; i++)
        {
            batch.AddScored(_items[i].Score, _items[i].Data, _items[i].Length);
            context.Breathe(i);
        }
    }

    /// <summary>The command is through with it.</summary>
    public void Dispose()
    {
        if (_capacity > KeptCapacity)
            Release();
    }

    private void Release()
    {
        GrowingMemory.Free(_items, (long)_capacity * sizeof(Item));
        GrowingMemory.Free(_heads, (long)_capacity * sizeof(int));
        _items = null;
        _heads = null;
        _capacity = 0;
    }

    private void Reserve(int capacity)
    {
        if (capacity <= _capacity)
            return;
        _items = (Item*)GrowingMemory.Resize(_items, (long)_capacity * sizeof(Item), (long)capacity * sizeof(Item));
        _heads = (int*)GrowingMemory.Resize(_heads, (long)_capacity * sizeof(int), (long)capacity * sizeof(int));
        _capacity = capacity;
    }

    // No more buckets than there is room for items.
    private void Index(int buckets)
    {
        _buckets = buckets;
        for (int first = 0; first < buckets; first += SliceBuckets)
        {
            new Span<int>(_heads + first, Math.Min(SliceBuckets, buckets - first)).Fill(None);
            _breathes?.Breathe();
        }
        for (int i = 0; i < Count; i++)
        {
            Chain(i);
            _breathes?.Breathe(i);
        }
    }

    private void Chain(int index)
    {
        int* head = _heads + (_items[index].Hash & (uint)(_buckets - 1));
        _items[index].Next = *head;
        *head = index;
    }

    private readonly struct SetOrder : IComparer<Item>
    {
        public int Compare(Item a, Item b) => a.Score != b.Score ? a.Score.CompareTo(b.Score)
            : new ReadOnlySpan<byte>(a.Data, a.Length).SequenceCompareTo(new ReadOnlySpan<byte>(b.Data, b.Length));
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
