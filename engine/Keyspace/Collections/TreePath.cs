using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>The inner nodes on the way from a tree's root to a leaf, and which child was taken in each.</summary>
internal unsafe struct TreePath
{
    private Steps _nodes;
    private Indexes _indexes;

    public int Count { get; private set; }

    public void Push(Node* node, int index)
    {
        Debug.Assert(Count < OrderTree.MaxHeight, "a path has room for every inner node above a leaf");
        Debug.Assert(index >= 0 && index < node->Count, "a path leads through children that are there");
        Debug.Assert(Count == 0 || NodeAt(Count - 1)->Height == node->Height + 1, "a path leads down one level at a time");
        _nodes[Count] = (nint)node;
        _indexes[Count++] = index;
    }

    public readonly Node* NodeAt(int level)
    {
        Debug.Assert(level >= 0 && level < Count, "a path has a node at each of its levels");
        return (Node*)_nodes[level];
    }

    public readonly int IndexAt(int level) => _indexes[level];

    public void Set(int level, Node* node, int index)
    {
        Debug.Assert(level >= 0 && level < Count && index >= 0 && index < node->Count, "a path leads through children that are there");
        _nodes[level] = (nint)node;
        _indexes[level] = index;
    }

    /// <summary>What lies above a level.</summary>
    public readonly TreePath Upper(int level) => this with { Count = level };

    [InlineArray(OrderTree.MaxHeight)]
    private struct Steps
    {
        private nint _first;
    }

    [InlineArray(OrderTree.MaxHeight)]
    private struct Indexes
    {
        private int _first;
    }
}
