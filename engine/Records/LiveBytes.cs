using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Persistence.Format;

namespace Pkv.Engine.Records;

/// <summary>
/// How many bytes of each slot live keys point at, as one thread has seen it change: the sum over the threads is
/// the truth once a segment is sealed. Written by its owner without atomics.
/// </summary>
public sealed class LiveBytes(int slots)
{
    private readonly long[] _bytes = new long[slots];
    private long _total;

    /// <summary>Notes bytes that became live (or, negative, dead) at a pool offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong poolOffset, long bytes) =>
        AddToSlot(SlotOf(poolOffset), bytes);

    /// <summary>Notes that a record's bytes are dead at one pool offset and live at another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move(ulong from, long bytesFrom, ulong to, long bytesTo)
    {
        _bytes[SlotOf(from)] -= bytesFrom;
        _bytes[SlotOf(to)] += bytesTo;
        Debug.Assert(bytesFrom > 0 && bytesTo > 0, "a record that moves has bytes at both places");
        _total += bytesTo - bytesFrom;
    }

    /// <summary>Whether two pool offsets lie in the same slot.</summary>
    public static bool IsOneSlot(ulong first, ulong second) => SlotOf(first) == SlotOf(second);

    /// <summary>As <see cref="Add"/>, by slot number.</summary>
    public void AddToSlot(int slot, long bytes)
    {
        _bytes[slot] += bytes;
        _total += bytes;
    }

    /// <summary>Notes bytes in the sum over all slots only: which ones is told by <see cref="AddOutsideTotal"/>.</summary>
    public void AddToTotal(long bytes) => _total += bytes;

    /// <summary>Notes bytes of one slot that the sum has already.</summary>
    public void AddOutsideTotal(ulong poolOffset, long bytes) => _bytes[SlotOf(poolOffset)] += bytes;

    /// <summary>This thread's share over all slots. Any thread.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>This thread's share for a slot. Any thread.</summary>
    public long Of(int slot) => Volatile.Read(ref _bytes[slot]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SlotOf(ulong poolOffset) => (int)((poolOffset - (ulong)PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
}
