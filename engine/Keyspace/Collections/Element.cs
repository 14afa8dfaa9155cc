using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>One element of a collection, as the trees hold it: 16 bytes. Its bytes stay in the log.</summary>
public struct Element
{
    public const int SizeBytes = 16;

    /// <summary>What the tree is ordered by first: see <see cref="SortKeys"/>.</summary>
    public ulong SortKey;

    /// <summary>Pool offset of the element's bulk string: a field, a member, a list's value.</summary>
    public ulong Place;

    /// <summary>The element's bulk string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe byte* Bulk(byte* pool) => pool + Place;
}
