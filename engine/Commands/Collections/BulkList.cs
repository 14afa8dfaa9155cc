using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// A list of bulk strings in the pool (or of collections) for commands that must know their number before they reply or
/// store: eight bytes each, off the managed heap. One for each thread and purpose, reused by every command.
/// </summary>
public sealed unsafe class BulkList
{
    private const int FirstCapacity = 256;

    // What one huge result made grow is given back when the next command comes.
    private const int KeptCapacity = 1 << 16;

    [ThreadStatic] private static BulkList? s_found;
    [ThreadStatic] private static BulkList? s_sources;

    private nint* _items;
    private int _capacity;

    private BulkList() => Resize(FirstCapacity);

    ~BulkList() => GrowingMemory.Free(_items, (long)_capacity * sizeof(nint));

    /// <summary>The thread's list of results, empty.</summary>
    public static BulkList Found => Emptied(s_found ??= new BulkList());

    /// <summary>The thread's list of the collections that a command reads, empty.</summary>
    public static BulkList Sources => Emptied(s_sources ??= new BulkList());

    /// <summary>Exchanges the thread's lists: a command that is suspended keeps its own.</summary>
    internal static void Exchange(ref BulkList? found, ref BulkList? sources) =>
        (found, s_found, sources, s_sources) = (s_found, found, s_sources, sources);

    public int Count { get; private set; }

    /// <summary>All that was added.</summary>
    public Span<nint> Items => new(_items, Count);

    public byte* this[int index] => (byte*)_items[index];

    public void Add(void* item)
    {
        if (Count == _capacity)
            Resize(_capacity * 2);
        _items[Count++] = (nint)item;
    }

    private static BulkList Emptied(BulkList list)
    {
        list.Count = 0;
        if (list._capacity > KeptCapacity)
            list.Resize(FirstCapacity);
        return list;
    }

    private void Resize(int capacity)
    {
        _items = (nint*)GrowingMemory.Resize(_items, (long)_capacity * sizeof(nint), (long)capacity * sizeof(nint));
        _capacity = capacity;
    }
}
