using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Lua;

/// <summary>
/// A table: an array part for keys 1..n and a hash part of chained places with Brent's variation, sized, hashed and walked as the C
/// implementation of Lua 5.1 does, so that '#' finds the same border and pairs() the same order. Growth is charged to its owner.
/// </summary>
public sealed class LuaTable : LuaObject
{
    internal const int Cost = 104;
    private const int MaxBits = 26, LongChain = 16;

    private static readonly LuaValue[] NoArray = [];
    private static readonly LuaTableNode[] NoNodes = MakeNodes(1);
    private static readonly LuaValue[] Absent = [LuaValue.Nil];

    internal LuaTable? Metatable;
    internal LuaValue[] Array = NoArray;
    internal LuaTableNode[] Nodes = NoNodes;
    internal readonly LuaState Owner;

    /// <summary>A bit for each metamethod known to be absent (<see cref="MetaEvent"/> below 8); cleared by every new key.</summary>
    internal byte AbsentEvents;

    /// <summary>Refuses writes with "Attempt to modify a readonly table", as the tables that Redis protects.</summary>
    internal bool IsReadOnly;

    private int _lastFree;

    internal LuaTable(LuaState owner, int arraySize = 0, int hashSize = 0)
        : base(LuaType.Table)
    {
        Owner = owner;
        if (arraySize > 0)
            GrowArray(arraySize);
        if (hashSize > 0)
            ReplaceNodes(hashSize);
    }

    internal bool HasNodes => !ReferenceEquals(Nodes, NoNodes);

    /// <summary>Whether a reference returned by a Find method is the shared nil for absent keys, which must not be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsAbsent(ref readonly LuaValue found) => Unsafe.AreSame(in found, in MemoryMarshal.GetArrayDataReference(Absent));

    internal ref LuaValue Find(scoped ref readonly LuaValue key)
    {
        switch (key.Ref)
        {
            case null:
                int index = (int)key.Num;
                return ref index == key.Num ? ref FindIndex(index) : ref FindNumber(key.Num);
            case LuaString s:
                return ref FindString(s);
            case { Type: LuaType.Nil }:
                return ref Absent[0];
            default:
                return ref FindObject(key.Ref);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref LuaValue FindIndex(int index)
    {
        LuaValue[] array = Array;
        if ((uint)(index - 1) < (uint)array.Length)
            return ref array[index - 1];
        return ref FindNumber(index);
    }

    internal ref LuaValue FindNumber(double number)
    {
        LuaTableNode[] nodes = Nodes;
        int steps = 0;
        for (int at = NumberPosition(nodes.Length, number); at >= 0; at = nodes[at].Next, steps++)
        {
            ref LuaTableNode node = ref nodes[at];
            if (node.Key.Ref is null && node.Key.Num == number)
                return ref node.Value;
        }
        ChargeSteps(steps);
        return ref Absent[0];
    }

    internal ref LuaValue FindString(LuaString key)
    {
        LuaTableNode[] nodes = Nodes;
        int steps = 0;
        for (int at = (int)(key.Hash & (uint)(nodes.Length - 1)); at >= 0; at = nodes[at].Next, steps++)
        {
            ref LuaTableNode node = ref nodes[at];
            if (ReferenceEquals(node.Key.Ref, key) || (node.Key.Ref is LuaString other && LuaString.SameBytes(other, key)))
                return ref node.Value;
        }
        ChargeSteps(steps);
        return ref Absent[0];
    }

    internal ref LuaValue FindObject(LuaObject key)
    {
        LuaTableNode[] nodes = Nodes;
        for (int at = ObjectPosition(nodes.Length, key); at >= 0; at = nodes[at].Next)
        {
            ref LuaTableNode node = ref nodes[at];
            if (ReferenceEquals(node.Key.Ref, key))
                return ref node.Value;
        }
        return ref Absent[0];
    }

    // Keys may be chosen to share a chain: long walks count as work, so that they run into the budget.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ChargeSteps(int steps)
    {
        if (steps > LongChain)
            Owner.Fuel -= steps;
    }

    /// <summary>The place of a key, made if it is not there. The key is neither nil nor NaN, which callers refuse.</summary>
    internal ref LuaValue Place(scoped ref readonly LuaValue key)
    {
        ref LuaValue found = ref Find(in key);
        AbsentEvents = 0;
        if (!IsAbsent(in found))
            return ref found;
        return ref Insert(in key);
    }

    internal ref LuaValue PlaceIndex(int index)
    {
        ref LuaValue found = ref FindIndex(index);
        if (!IsAbsent(in found))
            return ref found;
        LuaValue key = new(index);
        return ref Insert(in key);
    }

    /// <summary>Sets a field by a host's name, without metamethods and protection.</summary>
    internal void SetField(LuaString name, LuaValue value)
    {
        LuaValue key = new(name);
        Place(in key) = value;
    }

    internal LuaValue GetField(string name) => FindString(Owner.Name(name));

    private ref LuaValue Insert(scoped ref readonly LuaValue key)
    {
        LuaTableNode[] nodes = Nodes;
        int main = MainPosition(nodes.Length, in key);
        if (!nodes[main].Value.IsNil || ReferenceEquals(nodes, NoNodes))
        {
            int free = FreePlace();
            if (free < 0)
            {
                Rehash(in key);
                return ref Place(in key);
            }
            int other = MainPosition(nodes.Length, in nodes[main].Key);
            if (other != main)
            {
                // What lies here belongs to another chain: it moves to the free place.
                while (nodes[other].Next != main)
                    other = nodes[other].Next;
                nodes[other].Next = free;
                nodes[free] = nodes[main];
                nodes[main].Next = -1;
                nodes[main].Value.SetNil();
            }
            else
            {
                nodes[free].Next = nodes[main].Next;
                nodes[main].Next = free;
                main = free;
            }
        }
        nodes[main].Key = key;
        return ref nodes[main].Value;
    }

    private int FreePlace()
    {
        while (_lastFree-- > 0)
        {
            if (Nodes[_lastFree].Key.IsNil)
                return _lastFree;
        }
        return -1;
    }

    private static int MainPosition(int size, ref readonly LuaValue key) => key.Ref switch
    {
        null => NumberPosition(size, key.Num),
        LuaString s => (int)(s.Hash & (uint)(size - 1)),
        { } other => ObjectPosition(size, other),
    };

    private static int NumberPosition(int size, double number)
    {
        if (number == 0)
            return 0;
        ulong bits = BitConverter.DoubleToUInt64Bits(number);
        return (int)(((uint)bits + (uint)(bits >> 32)) % (((uint)size - 1) | 1));
    }

    private static int ObjectPosition(int size, LuaObject key)
    {
        if (key.Type == LuaType.Boolean)
            return ReferenceEquals(key, Special.True) ? 1 & (size - 1) : 0;
        return (int)(Identities.Of(key) % (((uint)size - 1) | 1));
    }

    private static int CeilLog2(uint value) => value <= 1 ? 0 : 32 - BitOperations.LeadingZeroCount(value - 1);

    // Counts integer keys by slices (2^(i-1), 2^i] and makes the array part the largest power of two that is more than half used.
    private void Rehash(ref readonly LuaValue extra)
    {
        Span<int> counts = stackalloc int[MaxBits + 1];
        counts.Clear();
        int integers = CountArray(counts), total = integers;
        foreach (ref LuaTableNode node in Nodes.AsSpan())
        {
            if (node.Value.IsNil)
                continue;
            integers += CountInteger(in node.Key, counts);
            total++;
        }
        integers += CountInteger(in extra, counts);
        total++;
        int used = 0, arraySize = 0, inArray = 0;
        for (int i = 0, size = 1; size / 2 < integers && i <= MaxBits; i++, size *= 2)
        {
            if (counts[i] > 0)
            {
                used += counts[i];
                if (used > size / 2)
                    (arraySize, inArray) = (size, used);
            }
            if (used == integers)
                break;
        }
        Resize(arraySize, total - inArray);
    }

    private int CountArray(Span<int> counts)
    {
        int total = 0, at = 1;
        for (int slice = 0, limit = 1; slice <= MaxBits; slice++, limit *= 2)
        {
            int last = Math.Min(limit, Array.Length);
            if (at > last && limit > Array.Length)
                break;
            int count = 0;
            for (; at <= last; at++)
                count += Array[at - 1].IsNil ? 0 : 1;
            counts[slice] += count;
            total += count;
        }
        return total;
    }

    private static int CountInteger(ref readonly LuaValue key, Span<int> counts)
    {
        if (key.Ref is not null)
            return 0;
        int index = (int)key.Num;
        if (index != key.Num || index <= 0 || index > 1 << MaxBits)
            return 0;
        counts[CeilLog2((uint)index)]++;
        return 1;
    }

    /// <summary>Makes room in the array part for a constructor's items, leaving the hash part's size.</summary>
    internal void ReserveArray(int size) => Resize(size, HasNodes ? Nodes.Length : 0);

    private void Resize(int arraySize, int hashSize)
    {
        LuaTableNode[] oldNodes = Nodes;
        LuaValue[] oldArray = Array;
        Owner.Fuel -= (oldArray.Length + oldNodes.Length) >> 2;
        if (arraySize > oldArray.Length)
            GrowArray(arraySize);
        ReplaceNodes(hashSize);
        if (arraySize < oldArray.Length)
        {
            Array = arraySize == 0 ? NoArray : oldArray[..arraySize];
            for (int i = arraySize; i < oldArray.Length; i++)
            {
                if (!oldArray[i].IsNil)
                    PlaceIndex(i + 1) = oldArray[i];
            }
        }
        if (ReferenceEquals(oldNodes, NoNodes))
            return;
        for (int i = oldNodes.Length - 1; i >= 0; i--)
        {
            ref LuaTableNode node = ref oldNodes[i];
            if (!node.Value.IsNil)
                Place(in node.Key) = node.Value;
        }
    }

    private void GrowArray(int size)
    {
        Owner.Charge((long)(size - Array.Length) * 16);
        LuaValue[] grown = new LuaValue[size];
        System.Array.Copy(Array, grown, Array.Length);
        for (int i = Array.Length; i < grown.Length; i++)
            grown[i].Ref = Special.Nil;
        Array = grown;
    }

    private void ReplaceNodes(int count)
    {
        if (count == 0)
        {
            Nodes = NoNodes;
            _lastFree = 0;
            return;
        }
        int bits = CeilLog2((uint)count);
        if (bits > MaxBits)
            throw Owner.Error("table overflow");
        Owner.Charge((long)LuaTableNode.Cost << bits);
        Nodes = MakeNodes(1 << bits);
        _lastFree = Nodes.Length;
    }

    private static LuaTableNode[] MakeNodes(int count)
    {
        LuaTableNode[] nodes = new LuaTableNode[count];
        foreach (ref LuaTableNode node in nodes.AsSpan())
        {
            node.Key.Ref = Special.Nil;
            node.Value.Ref = Special.Nil;
            node.Next = -1;
        }
        return nodes;
    }

    /// <summary>A border: n with t[n] present and t[n+1] absent, or 0.</summary>
    internal int Length
    {
        get
        {
            uint high = (uint)Array.Length;
            if (high > 0 && Array[high - 1].IsNil)
                return (int)Bisect(0, high);
            if (!HasNodes)
                return (int)high;
            uint low = high++;
            while (!FindIndex((int)high).IsNil)
            {
                low = high;
                high *= 2;
                if (high > int.MaxValue)
                    return CountFromOne();
            }
            return (int)Bisect(low, high);
        }
    }

    private uint Bisect(uint low, uint high)
    {
        while (high - low > 1)
        {
            uint middle = (low + high) / 2;
            if (FindIndex((int)middle).IsNil)
                high = middle;
            else
                low = middle;
        }
        return low;
    }

    // Only a table built to mislead the search comes here.
    private int CountFromOne()
    {
        int at = 1;
        while (!FindIndex(at).IsNil)
            at++;
        return at - 1;
    }

    /// <summary>Moves a traversal on: from a key (nil: from the start) to the next pair.</summary>
    /// <returns>1 with a pair, 0 at the end, -1 when the key is not in the table.</returns>
    internal int Next(ref LuaValue key, out LuaValue value)
    {
        int at = PositionOf(in key);
        value = LuaValue.Nil;
        if (at < -1)
            return -1;
        for (at++; at < Array.Length; at++)
        {
            if (Array[at].IsNil)
                continue;
            key.Set(at + 1);
            value = Array[at];
            return 1;
        }
        for (at -= Array.Length; at < Nodes.Length; at++)
        {
            ref LuaTableNode node = ref Nodes[at];
            if (node.Value.IsNil)
                continue;
            key = node.Key;
            value = node.Value;
            return 1;
        }
        return 0;
    }

    private int PositionOf(ref readonly LuaValue key)
    {
        if (key.IsNil)
            return -1;
        if (key.Ref is null)
        {
            int index = (int)key.Num;
            if (index == key.Num && (uint)(index - 1) < (uint)Array.Length)
                return index - 1;
            if (double.IsNaN(key.Num))
                return -2;
        }
        ref LuaValue found = ref Find(in key);
        if (IsAbsent(in found))
            return -2;
        Debug.Assert(HasNodes, "a key outside the array part is in the hash part");
        nint bytes = Unsafe.ByteOffset(ref Nodes[0].Value, ref found);
        return Array.Length + (int)(bytes / Unsafe.SizeOf<LuaTableNode>());
    }

    /// <summary>The largest positive numeric key, for table.maxn.</summary>
    internal double MaxNumber()
    {
        double max = 0;
        LuaValue key = LuaValue.Nil;
        while (Next(ref key, out _) > 0)
            max = key.Ref is null && key.Num > max ? key.Num : max;
        return max;
    }

    internal long Size => Cost + ((long)Array.Length * 16) + (HasNodes ? (long)Nodes.Length * LuaTableNode.Cost : 0);
}
