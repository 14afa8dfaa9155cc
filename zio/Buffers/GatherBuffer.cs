using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Zio.Buffers;

/// <summary>
/// The replies of one turn: bytes written one after the other, and slices of memory elsewhere that belong between them and
/// are gathered by the kernel instead of copied. Owned by one thread; reused each turn.
/// </summary>
public sealed unsafe class GatherBuffer : IDisposable
{
    private const int SmallBytes = 1 << 20;
    private const int FirstSlices = 64;

    // What one huge reply made grow is given back.
    private const int KeptSlices = 1 << 14;

    // A turn sends after 4 MiB of replies: what that needs is kept while turns need it.
    private const int KeptBytes = 8 << 20;
    private const long MaxBytes = int.MaxValue - 4096;

    private byte* _base;
    private int _capacity;
    private int _longest;
    private Slice* _slices;
    private int _sliceCapacity = FirstSlices;

    public GatherBuffer()
    {
        _capacity = SmallBytes;
        _base = (byte*)GrowingMemory.Resize(null, 0, _capacity);
        _slices = (Slice*)GrowingMemory.Resize(null, 0, (long)_sliceCapacity * sizeof(Slice));
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Slices noted so far.</summary>
    public int SliceCount { get; private set; }

    /// <summary>Bytes of the slices noted so far.</summary>
    public long SliceBytes { get; private set; }

    /// <summary>Where the replies begin that may be given up when they grow beyond what a buffer can hold.</summary>
    public int Floor { get; set; }

    /// <summary>
    /// The replies behind <see cref="Floor"/> passed 2 GiB: they were dropped, and what was written since is not whole.
    /// Cleared by the owner, who truncates them.
    /// </summary>
    public bool Overflowed { get; set; }

    /// <summary>The first byte written. Moves when the buffer grows.</summary>
    public byte* Base => _base;

    public ref readonly Slice SliceAt(int index)
    {
        Debug.Assert(index >= 0 && index < SliceCount, "a slice was noted");
        return ref Unsafe.AsRef<Slice>(_slices + index);
    }

    /// <summary>Room for <paramref name="bytes"/> more; write there, then <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Reserve(int bytes)
    {
        if (_capacity - Length < bytes)
            Grow(bytes);
        return _base + Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int bytes)
    {
        Debug.Assert(bytes >= 0 && bytes <= _capacity - Length, "what was written lies in the buffer");
        Length += bytes;
    }

    /// <summary>Appends a copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte* source, int bytes)
    {
        Unsafe.CopyBlockUnaligned(Reserve(bytes), source, (uint)bytes);
        Length += bytes;
    }

    /// <summary>Appends a copy.</summary>
    public void Append(ReadOnlySpan<byte> source)
    {
        source.CopyTo(new Span<byte>(Reserve(source.Length), source.Length));
        Length += source.Length;
    }

    /// <summary>Notes memory that is to be sent here, from where it lies. It must stay until it is sent.</summary>
    public void AppendSlice(byte* start, long bytes)
    {
        Debug.Assert(SliceCount == 0 || _slices[SliceCount - 1].At <= Length, "slices stand in the order in which they are sent");
        if (SliceCount == _sliceCapacity)
            ResizeSlices(SliceCount * 2);
        _slices[SliceCount++] = new Slice(Length, start, bytes);
        SliceBytes += bytes;
    }

    /// <summary>Forgets everything after a position: the replies of a command that answers nothing after all.</summary>
    public void Truncate(int length, int sliceCount)
    {
        Length = length;
        while (SliceCount > sliceCount)
            SliceBytes -= _slices[--SliceCount].Bytes;
    }

    /// <summary>Exchanges what two buffers hold.</summary>
    public void Exchange(GatherBuffer other)
    {
        byte* held = _base;
        _base = other._base;
        other._base = held;
        (_capacity, other._capacity) = (other._capacity, _capacity);
        Slice* slices = _slices;
        _slices = other._slices;
        other._slices = slices;
        (_sliceCapacity, other._sliceCapacity) = (other._sliceCapacity, _sliceCapacity);
        (Length, other.Length) = (other.Length, Length);
        (SliceCount, other.SliceCount) = (other.SliceCount, SliceCount);
        (SliceBytes, other.SliceBytes) = (other.SliceBytes, SliceBytes);
        (Floor, other.Floor) = (other.Floor, Floor);
        (Overflowed, other.Overflowed) = (other.Overflowed, Overflowed);
    }

    /// <summary>Gives the bytes away, to be freed by <see cref="GrowingMemory.Free"/>, and begins with others.</summary>
    /// <param name="capacity">Bytes of the block.</param>
    public byte* Detach(out int capacity)
    {
        byte* given = _base;
        capacity = _capacity;
        _capacity = KeptBytes;
        _base = (byte*)GrowingMemory.Resize(null, 0, _capacity);
        Length = SliceCount = 0;
        SliceBytes = 0;
        return given;
    }

    /// <summary>Starts a new turn. A buffer that one huge reply made grow is given back.</summary>
    public void Reset()
    {
        _longest = Math.Max(_longest, Length);
        Length = 0;
        SliceCount = 0;
        SliceBytes = 0;
        if (_capacity > KeptBytes)
            Shrink();
        if (_sliceCapacity > KeptSlices)
            ResizeSlices(FirstSlices);
    }

    /// <summary>Gives back what no turn has needed since the last call. Between turns.</summary>
    public void Trim()
    {
        if (_capacity > SmallBytes && _longest < SmallBytes)
            Shrink();
        _longest = 0;
    }

    private void Shrink()
    {
        GrowingMemory.Free(_base, _capacity);
        _capacity = SmallBytes;
        _base = (byte*)GrowingMemory.Resize(null, 0, _capacity);
    }

    public void Dispose()
    {
        GrowingMemory.Free(_base, _capacity);
        GrowingMemory.Free(_slices, (long)_sliceCapacity * sizeof(Slice));
        _base = null;
        _slices = null;
        _capacity = _sliceCapacity = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ResizeSlices(int capacity)
    {
        _slices = (Slice*)GrowingMemory.Resize(_slices, (long)_sliceCapacity * sizeof(Slice), (long)capacity * sizeof(Slice));
        _sliceCapacity = capacity;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        if ((long)Length + bytes > MaxBytes)
        {
            Overflowed = true;
            Length = Floor;
            if (_capacity - Length >= bytes)
                return;
        }
        long needed = Math.Min(Math.Max((long)_capacity * 2, (long)Length + bytes), MaxBytes);
        if (needed < (long)Length + bytes)
            throw new InsufficientMemoryException("a single reply passes 2 GiB");
        _base = (byte*)GrowingMemory.Resize(_base, _capacity, needed);
        _capacity = (int)needed;
    }

    /// <summary>Memory to send before the byte at <paramref name="At"/> of the buffer.</summary>
    public readonly record struct Slice(int At, nint Start, long Bytes)
    {
        internal Slice(int at, byte* start, long bytes)
            : this(at, (nint)start, bytes)
        {
        }
    }
}
