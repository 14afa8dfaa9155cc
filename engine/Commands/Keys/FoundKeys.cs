using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// Keys that a walk has found, until they are returned; off the managed heap. Keys of strings stay in place in the pool
/// until the end of the turn, locked or not; keys of collections are copied, because a collection may be deleted once its
/// stripe is unlocked.
/// </summary>
internal unsafe struct FoundKeys : IDisposable
{
    private const int FirstKeys = 64, FirstCopies = 1024;

    // Not negative: a pool address. Negative: minus one, minus the place in the copies.
    private long* _keys;
    private byte* _copies;
    private long _capacity, _copyCapacity, _copied;

    public int Count { get; private set; }

    /// <summary>Bytes that the keys take in a reply.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a key by its bulk string. <paramref name="isOfCollection"/>: it does not lie in the pool.</summary>
    public void Add(byte* bulk, bool isOfCollection)
    {
        int bytes = (int)(BulkString.Next(bulk) - bulk);
        Bytes += bytes;
        if (!isOfCollection)
        {
            Add((long)bulk);
            return;
        }
        if (_copyCapacity - _copied < bytes)
        {
            long capacity = Math.Max(_copyCapacity * 2, _copied + bytes + FirstCopies);
            _copies = (byte*)GrowingMemory.Resize(_copies, _copyCapacity, capacity);
            _copyCapacity = capacity;
        }
        Buffer.MemoryCopy(bulk, _copies + _copied, bytes, bytes);
        Add(-1 - _copied);
        _copied += bytes;
    }

    /// <summary>An array of them all.</summary>
    public void Write(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        long step = 0;
        reply.Array(Count);
        foreach (long key in new ReadOnlySpan<long>(_keys, Count))
        {
            if (key >= 0)
                reply.StoredBulk((byte*)key);
            else
                reply.CopiedBulk(_copies + (-1 - key));
            context.Breathe(step++);
        }
    }

    public void Dispose()
    {
        GrowingMemory.Free(_keys, _capacity * sizeof(long));
        GrowingMemory.Free(_copies, _copyCapacity);
        this = default;
    }

    private void Add(long key)
    {
        if (Count == _capacity)
        {
            long capacity = Math.Max(FirstKeys, _capacity * 2);
            _keys = (long*)GrowingMemory.Resize(_keys, _capacity * sizeof(long), capacity * sizeof(long));
            _capacity = capacity;
        }
        _keys[Count++] = key;
    }
}
