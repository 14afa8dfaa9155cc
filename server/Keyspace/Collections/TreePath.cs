using System.Runtime.CompilerServices;

namespace Pkv.Server.Keyspace.Collections;

/// <summary>The inner nodes on the way from a tree's root to a leaf, and which child was taken in each.</summary>
internal unsafe struct TreePath
{
    private Steps _nodes;
    private Indexes _indexes;

    public int Count { get; private set; }

    public void Push(Node* node, int index)
    {
        _nodes[Count] = (nint)node;
        _indexes[Count++] = index;
    }

    public readonly Node* NodeAt(int level) => (Node*)_nodes[level];

    public readonly int IndexAt(int level) => _indexes[level];

    public void Set(int level, Node* node, int index)
    {
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
