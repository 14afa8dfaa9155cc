using System.Diagnostics.CodeAnalysis;
using Pkv.Engine.Keyspace;

namespace Pkv.Server.PubSub;

/// <summary>Compares names by their bytes; a dictionary with it can be asked with a span, without making an array.</summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static BytesComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] name) => GetHashCode(name.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    // Seeded for each process: clients choose the names.
    public unsafe int GetHashCode(ReadOnlySpan<byte> name)
    {
        fixed (byte* p = name)
            return (int)KeyHash.Of(p, name.Length);
    }

    public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
}
