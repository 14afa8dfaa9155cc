using System.Diagnostics;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// Elements that a command is about to put or to remove. The bytes that it points at must stay in place meanwhile: arguments, and
/// whatever lies in the pool, do. One for each I/O thread, used again; grows off the managed heap. Owner thread only.
/// </summary>
public sealed unsafe class ElementBatch : IDisposable
{
    private Item* _items;
    private int _capacity;

    /// <summary>Elements in it.</summary>
    public int Count { get; private set; }

    internal Item* Items => _items;

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;

    /// <summary>A member of a set, a value for the end of a list; or the name of what is to be removed.</summary>
    public void Add(byte* data, int length) => Next() = new Item { Data = data, Length = length };

    /// <summary>As <see cref="Add(byte*, int)"/>, from a bulk string.</summary>
    public void AddBulk(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        Add(data, length);
    }

    /// <summary>A field and its value.</summary>
    public void AddPair(byte* field, int fieldLength, byte* value, int valueLength) =>
        Next() = new Item { Data = field, Length = fieldLength, Value = value, ValueLength = valueLength };

    /// <summary>A member and its score.</summary>
    public void AddScored(double score, byte* member, int length) => Next() = new Item { Data = member, Length = length, Score = score };

    /// <summary>A list's value at a place of its own, by sort key.</summary>
    public void AddPlaced(ulong sortKey, byte* data, int length) => Next() = new Item { Data = data, Length = length, SortKey = sortKey };

    /// <summary>What a list has from one sort key to another, both included, to be removed.</summary>
    public void AddCut(ulong first, ulong last) => Next() = new Item { SortKey = first, LastKey = last };

    /// <summary>Drops the last ones.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    /// <summary>Exchanges what is in two batches.</summary>
    internal void Exchange(ElementBatch other)
    {
        (Count, other.Count) = (other.Count, Count);
        (_capacity, other._capacity) = (other._capacity, _capacity);
        Item* items = _items;
        _items = other._items;
        other._items = items;
    }

    public void Dispose()
    {
        GrowingMemory.Free(_items, (long)_capacity * sizeof(Item));
        _items = null;
        _capacity = Count = 0;
    }

    private ref Item Next()
    {
        Debug.Assert(Count <= _capacity, "a batch holds no more than it has room for");
        if (Count == _capacity)
        {
            int capacity = Math.Max(64, _capacity * 2);
            _items = (Item*)GrowingMemory.Resize(_items, (long)_capacity * sizeof(Item), (long)capacity * sizeof(Item));
            _capacity = capacity;
        }
        return ref _items[Count++];
    }

    internal struct Item
    {
        public byte* Data;
        public byte* Value;
        public int Length;
        public int ValueLength;
        public double Score;
        public ulong SortKey;
        public ulong LastKey;
    }
}
