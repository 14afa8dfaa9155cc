using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// A node of an <see cref="OrderTree"/>, off the managed heap. A leaf: this header, then its elements. An inner node: its height,
/// count, then for each child the least sort key that it may hold, its address, the number of elements below it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
internal unsafe struct Node
{
    public const int HeaderBytes = 24;

    /// <summary>Elements of a leaf, children of an inner node.</summary>
    public const int MaxCount = 64;

    public const int InnerBytes = HeaderBytes + MaxCount * (sizeof(ulong) + sizeof(ulong) + sizeof(uint));

    [FieldOffset(0)] public ushort Count;

    /// <summary>Elements that the leaf has room for.</summary>
    [FieldOffset(2)] public ushort Capacity;

    /// <summary>0: a leaf.</summary>
    [FieldOffset(4)] public byte Height;

    /// <summary>A leaf's neighbours.</summary>
    [FieldOffset(8)] public Node* Next;
    [FieldOffset(16)] public Node* Previous;

    public static Element* Elements(Node* leaf)
    {
        Debug.Assert(leaf->Height == 0, "elements lie in leaves");
        return (Element*)((byte*)leaf + HeaderBytes);
    }

    public static ulong* Keys(Node* inner) => (ulong*)((byte*)inner + HeaderBytes);

    public static Node** Children(Node* inner)
    {
        Debug.Assert(inner->Height > 0, "only inner nodes have children");
        return (Node**)((byte*)inner + HeaderBytes + MaxCount * sizeof(ulong));
    }

    public static uint* Counts(Node* inner) => (uint*)((byte*)inner + HeaderBytes + MaxCount * (sizeof(ulong) + sizeof(ulong)));

    public static Node* NewLeaf(int capacity)
    {
        Debug.Assert(capacity is > 0 and <= MaxCount, "a leaf has room for some elements, and no more than any node");
        Node* leaf = (Node*)NativeBlock.Allocate(LeafBytes(capacity));
        *leaf = new Node { Capacity = (ushort)capacity };
        return leaf;
    }

    public static Node* NewInner(int height)
    {
        Debug.Assert(height is > 0 and <= OrderTree.MaxHeight, "a path has room for every inner node above a leaf");
        Node* inner = (Node*)NativeBlock.Allocate(InnerBytes);
        *inner = new Node { Height = (byte)height, Capacity = MaxCount };
        return inner;
    }

    /// <summary>A leaf that stands alone gets more room. Returns where it is now.</summary>
    public static Node* GrowLeaf(Node* leaf, int capacity)
    {
        Debug.Assert(leaf->Next == null && leaf->Previous == null && capacity > leaf->Capacity && capacity <= MaxCount, "a leaf that grows stands alone: nothing points to where it was");
        Node* grown = (Node*)NativeBlock.Reallocate(leaf, LeafBytes(leaf->Capacity), LeafBytes(capacity));
        grown->Capacity = (ushort)capacity;
        return grown;
    }

    public static void Free(Node* node) => NativeBlock.Free(node, node->Height == 0 ? LeafBytes(node->Capacity) : InnerBytes);

    /// <summary>Bytes of the node.</summary>
    public static int BytesOf(Node* node) => node->Height == 0 ? LeafBytes(node->Capacity) : InnerBytes;

    /// <summary>Elements in and below a node.</summary>
    public static uint Total(Node* node)
    {
        Debug.Assert(node->Count <= node->Capacity, "a node holds no more than it has room for");
        if (node->Height == 0)
            return node->Count;
        uint total = 0;
        for (int i = 0; i < node->Count; i++)
            total += Counts(node)[i];
        return total;
    }

    private static int LeafBytes(int capacity) => HeaderBytes + capacity * Element.SizeBytes;
}
