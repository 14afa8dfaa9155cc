using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Lua;

/// <summary>How the interpreter reaches registers, constants and the next instruction; always inlined.</summary>
internal static class Operands
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref LuaValue At(ref LuaValue start, int offset) => ref Unsafe.AddByteOffset(ref start, offset);

    // The instruction after a test is the jump it decides. One that goes back is run by itself, which counts it as work.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref FastInstruction Branch(ref FastInstruction ip, bool isTaken)
    {
        if (isTaken)
        {
            int distance = ip.Wide;
            if (distance < 0)
                return ref ip;
            ip = ref Unsafe.AddByteOffset(ref ip, distance);
        }
        return ref Unsafe.Add(ref ip, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PositionOf(LuaClosure closure, ref FastInstruction ip) =>
        (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(closure.Prototype.Fast), ref ip) / FastInstruction.Size);

    // Where R(A)[key] may be written without a metamethod; null where that needs the slow path.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref LuaValue PlaceOf(ref LuaValue target, ref LuaValue key)
    {
        if (target.Ref is LuaTable table)
        {
            int index = (int)key.Num;
            if (key.Ref is null && index == key.Num && (uint)(index - 1) < (uint)table.Array.Length)
            {
                ref LuaValue place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.Array), index - 1);
                if (!table.IsReadOnly && (table.Metatable is null || !place.IsNil))
                    return ref place;
            }
            else
                return ref Calls.PlaceOutsideArray(table, ref key);
        }
        return ref Unsafe.NullRef<LuaValue>();
    }
}
