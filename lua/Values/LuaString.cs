using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Lua;

/// <summary>
/// A string: bytes that never change. Constants of a chunk are interned, so that most lookups compare references; strings made while a
/// script runs are not, and are hashed only when used as a key. The hash is Lua 5.1's, which decides the order of pairs().
/// </summary>
public sealed class LuaString : LuaObject
{
    /// <summary>What a string costs besides its bytes: this object and the header of its array.</summary>
    internal const int Overhead = 64;

    internal readonly byte[] Bytes;
    private uint _hash;
    private bool _isHashed;

    internal LuaString(byte[] bytes)
        : base(LuaType.String) => Bytes = bytes;

    internal int Length => Bytes.Length;

    /// <summary>Its bytes; never to be written.</summary>
    public ReadOnlySpan<byte> Span => Bytes;

    internal uint Hash
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _isHashed ? _hash : ComputeHash();
    }

    /// <summary>The bytes as Latin-1 text, for messages.</summary>
    public override string ToString() => Encoding.Latin1.GetString(Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool SameBytes(LuaString a, LuaString b)
    {
        if (a.Bytes.Length != b.Bytes.Length || (a._isHashed && b._isHashed && a._hash != b._hash))
            return false;
        return a.Bytes.AsSpan().SequenceEqual(b.Bytes);
    }

    // Long strings are hashed by about 32 of their bytes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint ComputeHash()
    {
        uint hash = HashOf(Bytes);
        _hash = hash;
        _isHashed = true;
        return hash;
    }

    internal static uint HashOf(ReadOnlySpan<byte> bytes)
    {
        uint hash = (uint)bytes.Length;
        int step = (bytes.Length >> 5) + 1;
        for (int at = bytes.Length; at >= step; at -= step)
            hash ^= (hash << 5) + (hash >> 2) + bytes[at - 1];
        return hash;
    }
}
