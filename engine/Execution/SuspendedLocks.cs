using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Execution;

/// <summary>The stripes that a command holds while an inner turn is served. One for each depth of an I/O thread, used again.</summary>
public sealed unsafe class SuspendedLocks : IDisposable
{
    private const int FirstCapacity = 64;

    // The list that inner turns of this depth use for theirs.
    private nint* _spare;
    private int _spareCapacity;

    public nint* Held { get; private set; }
    public int Capacity { get; private set; }
    public int Count { get; private set; }
    public bool HoldsAll { get; private set; }
    public bool SawUndurable { get; private set; }

    /// <summary>They were locked only for the inner turn: a single I/O thread locks nothing else.</summary>
    public bool IsMarked { get; private set; }

    public bool WasShared { get; private set; }

    internal void Take(nint* held, int capacity, int count, bool holdsAll, bool sawUndurable, bool isMarked, bool wasShared)
    {
        Debug.Assert(count <= capacity, "no more stripes are held than there is room for");
        Held = held;
        (Capacity, Count, HoldsAll) = (capacity, count, holdsAll);
        (SawUndurable, IsMarked, WasShared) = (sawUndurable, isMarked, wasShared);
    }

    internal nint* Spare(out int capacity)
    {
        if (_spare == null)
        {
            _spare = (nint*)NativeMemory.Alloc(FirstCapacity, (nuint)sizeof(nint));
            _spareCapacity = FirstCapacity;
        }
        capacity = _spareCapacity;
        return _spare;
    }

    internal void GiveBack(nint* spare, int capacity)
    {
        Debug.Assert(capacity >= FirstCapacity && spare != Held, "the two lists are given back to their owners");
        _spare = spare;
        _spareCapacity = capacity;
    }

    public void Dispose() => NativeMemory.Free(_spare);
}
