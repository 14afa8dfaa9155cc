using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Lua;

/// <summary>
/// A value of Lua: 16 bytes, never boxed. No reference means a number, which so is written without a write barrier and recognized by a
/// test for null; everything else is its reference alone. <c>default</c> is therefore the number 0, not nil.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct LuaValue
{
    internal LuaObject? Ref;
    internal double Num;

    internal LuaValue(LuaObject? reference, double number)
    {
        Ref = reference;
        Num = number;
    }

    /// <summary>A number.</summary>
    public LuaValue(double number) => Num = number;

    /// <summary>A string, table, function, userdata or thread.</summary>
    public LuaValue(LuaObject reference) => Ref = reference;

    public static LuaValue Nil => new(Special.Nil, 0);

    /// <summary>The light userdata NULL, which cjson uses for JSON's null.</summary>
    public static LuaValue NullPointer => new(Special.NullPointer, 0);

    public readonly bool IsNumber => Ref is null;

    public readonly bool IsNil => ReferenceEquals(Ref, Special.Nil);

    public readonly bool IsString => Ref is LuaString;

    public readonly bool IsTable => Ref is LuaTable;

    /// <summary>False for nil and false only.</summary>
    public readonly bool IsTrue => !ReferenceEquals(Ref, Special.Nil) && !ReferenceEquals(Ref, Special.False);

    internal readonly bool IsFunction => Ref is not null && Ref.Type == LuaType.Function;

    public readonly LuaType Type => Ref is null ? LuaType.Number : Ref.Type;

    /// <summary>The number, if <see cref="IsNumber"/>; otherwise without meaning.</summary>
    public readonly double Number => Num;

    /// <summary>The object, or null for a number.</summary>
    public readonly LuaObject? Object => Ref;

    /// <summary>The bytes of a string, otherwise none. Valid while the string lives; never to be written.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Ref is LuaString s ? s.Bytes : default;

    /// <summary>Bytes that <see cref="WriteNumber"/> may need.</summary>
    public const int MaxNumberBytes = NumberWriter.MaxLength;

    /// <summary>Writes a number with this many significant digits, as C's "%.{digits}g" does, and returns how many bytes that took.</summary>
    public static int WriteNumber(double number, int digits, Span<byte> to) => NumberWriter.WriteGeneral(number, digits, isUpper: false, isAlternate: false, to);

    public static LuaValue Boolean(bool value) => new(value ? Special.True : Special.False, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Set(double number)
    {
        Ref = null;
        Num = number;
    }

    // Numbers need no write barrier and everything else needs no payload.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Set(ref readonly LuaValue value)
    {
        LuaObject? reference = value.Ref;
        if (reference is null)
        {
            Ref = null;
            Num = value.Num;
        }
        else
            Ref = reference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetNil() => Ref = Special.Nil;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetBoolean(bool value)
    {
        if (value)
            Ref = Special.True;
        else
            Ref = Special.False;
    }

    /// <summary>Equality without metamethods.</summary>
    internal static bool RawEquals(ref readonly LuaValue a, ref readonly LuaValue b)
    {
        LuaObject? left = a.Ref, right = b.Ref;
        if (left is null)
            return right is null && a.Num == b.Num;
        return ReferenceEquals(left, right) || (left is LuaString s && right is LuaString t && LuaString.SameBytes(s, t));
    }

    internal readonly string TypeName => LuaTypeNames.Of(Type);
}
