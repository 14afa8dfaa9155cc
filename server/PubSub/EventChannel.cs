using System.Runtime.InteropServices;
using Pkv.Resp;

namespace Pkv.Server.PubSub;

/// <summary>Writes the names of the channels of keyspace events, in memory that it uses again. Owner thread only.</summary>
internal sealed unsafe class EventChannel : IDisposable
{
    private const int FirstCapacity = 1024;

    // More than the prefix, a database's number, and what follows it.
    private const int FrameBytes = 64;

    private byte* _name;
    private int _capacity;

    /// <summary>"__keyspace@0__:key". Stands until the next call.</summary>
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> subject)
    {
        Reserve(FrameBytes + subject.Length);
        prefix.CopyTo(new Span<byte>(_name, prefix.Length));
        byte* p = Integers.Write(_name + prefix.Length, database);
        "__:"u8.CopyTo(new Span<byte>(p, 3));
        p += 3;
        subject.CopyTo(new Span<byte>(p, subject.Length));
        return new ReadOnlySpan<byte>(_name, (int)(p - _name) + subject.Length);
    }

    public void Dispose()
    {
        NativeMemory.Free(_name);
        _name = null;
        _capacity = 0;
    }

    // What a very long key took is given back with the next that is not.
    private void Reserve(int bytes)
    {
        if (bytes <= _capacity && (bytes > FirstCapacity || _capacity == FirstCapacity))
            return;
        Dispose();
        _capacity = Math.Max(FirstCapacity, bytes);
        _name = (byte*)NativeMemory.Alloc((nuint)_capacity);
    }
}
