using System.Diagnostics.CodeAnalysis;

namespace Pkv.Lua;

/// <summary>Finds strings by their bytes, for tables of names.</summary>
internal sealed class LuaStringComparer : IEqualityComparer<LuaString>, IAlternateEqualityComparer<ReadOnlySpan<byte>, LuaString>
{
    public static readonly LuaStringComparer Instance = new();

    // Not Lua's hash, of which many strings with the same value are easily made.
    private static int HashOf(ReadOnlySpan<byte> bytes)
    {
        HashCode hash = default;
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public bool Equals(LuaString? x, LuaString? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Span.SequenceEqual(y.Span));

    public int GetHashCode([DisallowNull] LuaString obj) => HashOf(obj.Span);

    public bool Equals(ReadOnlySpan<byte> alternate, LuaString other) => alternate.SequenceEqual(other.Span);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => HashOf(alternate);

    public LuaString Create(ReadOnlySpan<byte> alternate) => new(alternate.ToArray());
}
