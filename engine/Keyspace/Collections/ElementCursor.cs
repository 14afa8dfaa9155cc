using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>A place in an <see cref="OrderTree"/>, to walk from in either direction. Valid until the tree changes.</summary>
public unsafe struct ElementCursor
{
    private Node* _leaf;
    private int _index;

    /// <summary>At the element of this rank; not valid when there are no more than that.</summary>
    public ElementCursor(in OrderTree tree, long rank = 0) =>
        _leaf = rank < 0 || rank > uint.MaxValue ? null : tree.Seek((uint)rank, out _index);

    /// <summary>At the first element that does not come before the probe.</summary>
    public ElementCursor(in OrderTree tree, in Probe probe) => _leaf = tree.Seek(probe, out _index);

    /// <summary>At the first element whose sort key is at least this.</summary>
    public static ElementCursor AtKey(in OrderTree tree, ulong sortKey) => new(tree, Probe.OfLeast(sortKey));

    /// <summary>There is an element here.</summary>
    public readonly bool IsValid => _leaf != null;

    /// <summary>The element's sort key.</summary>
    public readonly ulong Key => Pointer->SortKey;

    /// <summary>The element.</summary>
    public readonly Element Element => *Pointer;

    /// <summary>The element's bulk string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Bulk(byte* pool) => pool + Node.Elements(_leaf)[_index].Place;

    /// <summary>The element in the tree.</summary>
    internal readonly Element* Pointer
    {
        get
        {
            Debug.Assert(_index >= 0 && _index < _leaf->Count, "a cursor is at an element, until its tree changes");
            return Node.Elements(_leaf) + _index;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        if (++_index < _leaf->Count)
            return;
        _leaf = _leaf->Next;
        _index = 0;
        Debug.Assert(_leaf == null || _leaf->Count > 0, "leaves that are empty are taken out");
    }

    /// <summary>At the first element of a leaf: starts loading the bytes of all that are in it.</summary>
    internal readonly void PrefetchLeaf(byte* pool)
    {
        for (int i = 0; _index == 0 && i < _leaf->Count && Sse.IsSupported; i++)
            Sse.Prefetch0(pool + Node.Elements(_leaf)[i].Place);
    }

    public void MovePrevious()
    {
        if (--_index >= 0)
            return;
        _leaf = _leaf->Previous;
        Debug.Assert(_leaf == null || _leaf->Count > 0, "leaves that are empty are taken out");
        _index = _leaf == null ? 0 : _leaf->Count - 1;
    }
}
