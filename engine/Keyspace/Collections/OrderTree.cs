using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// A counted B+tree of elements, off the managed heap: ordered, with rank, each step O(log n). A small one is one array. Under
/// its key's stripe lock. Pointers to elements are valid until the next insertion or removal.
/// </summary>
/// <remarks>
/// An inner node's key for a child is a lower bound of the sort keys in it; where that equals the key looked for, and elements of
/// one sort key are told apart by their bytes, the child's first element decides.
/// </remarks>
public unsafe struct OrderTree
{
    internal const int MaxHeight = 12;

    // A leaf below it is joined with a neighbour if both fill no more than that together.
    private const int SparseCount = Node.MaxCount / 4;
    private const int JoinedMax = Node.MaxCount * 3 / 4;

    internal Node* Root;

    /// <summary>Elements held.</summary>
    public readonly uint Count => Root == null ? 0 : Node.Total(Root);

    /// <summary>Bytes off the managed heap.</summary>
    public readonly long NativeBytes => Root == null ? 0 : BytesBelow(Root);

    /// <summary>Room for so many elements at once, while the tree is empty.</summary>
    public void Reserve(int count)
    {
        if (Root == null)
            Root = Node.NewLeaf(Math.Clamp(count, 2, Node.MaxCount));
    }

    /// <summary>The element that the probe tells, or null.</summary>
    public readonly Element* Find(in Probe probe)
    {
        if (Root == null)
            return null;
        Node* node = Root;
        while (node->Height != 0)
            node = Node.Children(node)[ChildOf(node, probe)];
        int at = LowerBound(node, probe);
        Element* element = Node.Elements(node) + at;
        return at < node->Count && probe.CompareElement(*element) == 0 ? element : null;
    }

    /// <summary>The element that the probe tells; if there is none, a new one at its place, of this sort key and place.</summary>
    public Element* FindOrInsert(in Probe probe, ulong place, out bool isNew)
    {
        if (Root == null)
            Root = Node.NewLeaf(2);
        TreePath path = default;
        Node* leaf = Descend(probe, ref path);
        int at = LowerBound(leaf, probe);
        isNew = at == leaf->Count || probe.CompareElement(Node.Elements(leaf)[at]) != 0;
        return isNew ? Insert(ref path, leaf, at, new Element { SortKey = probe.SortKey, Place = place }) : Node.Elements(leaf) + at;
    }

    /// <summary>Removes the element that the probe tells. False: there is none.</summary>
    public bool Remove(in Probe probe, out Element removed)
    {
        removed = default;
        if (Root == null)
            return false;
        TreePath path = default;
        Node* leaf = Descend(probe, ref path);
        int at = LowerBound(leaf, probe);
        if (at == leaf->Count || probe.CompareElement(Node.Elements(leaf)[at]) != 0)
            return false;
        Debug.Assert(path.Count == Root->Height, "every leaf is as deep as the others");
        removed = Node.Elements(leaf)[at];
        RemoveSpan(leaf, at);
        for (int i = 0; i < path.Count; i++)
        {
            Debug.Assert(Node.Counts(path.NodeAt(i))[path.IndexAt(i)] > 0, "an inner node counts the elements below it");
            Node.Counts(path.NodeAt(i))[path.IndexAt(i)]--;
        }
        if (leaf->Count < SparseCount && path.Count > 0)
            Thin(ref path, leaf);
        return true;
    }

    /// <summary>How many elements come before the place that the probe tells.</summary>
    public readonly uint RankOf(in Probe probe)
    {
        if (Root == null)
            return 0;
        uint rank = 0;
        Node* node = Root;
        while (node->Height != 0)
        {
            int child = ChildOf(node, probe);
            for (int i = 0; i < child; i++)
                rank += Node.Counts(node)[i];
            node = Node.Children(node)[child];
        }
        return rank + (uint)LowerBound(node, probe);
    }

    /// <summary>Frees every node.</summary>
    public void Clear()
    {
        if (Root != null)
            FreeBelow(Root);
        Root = null;
    }

    /// <summary>Frees so many leaves, from the end. Nothing else may be done with the tree afterwards. True: none is left.</summary>
    internal bool FreeSome(int leaves)
    {
        for (; leaves > 0 && Root != null; leaves--)
        {
            if (FreeLast(Root))
                Root = null;
        }
        return Root == null;
    }

    /// <summary>The leaf that holds the element of this rank, and its index there; null behind the last.</summary>
    internal readonly Node* Seek(uint rank, out int index)
    {
        index = 0;
        if (Root == null)
            return null;
        Node* node = Root;
        while (node->Height != 0)
        {
            int child = 0;
            uint* counts = Node.Counts(node);
            while (child < node->Count - 1 && rank >= counts[child])
                rank -= counts[child++];
            node = Node.Children(node)[child];
        }
        index = (int)Math.Min(rank, node->Count);
        return index < node->Count ? node : null;
    }

    /// <summary>The leaf and index of the first element that does not come before the probe; null: all do.</summary>
    internal readonly Node* Seek(in Probe probe, out int index)
    {
        index = 0;
        if (Root == null)
            return null;
        Node* node = Root;
        while (node->Height != 0)
            node = Node.Children(node)[ChildOf(node, probe)];
        index = LowerBound(node, probe);
        if (index < node->Count)
            return node;
        index = 0;
        return node->Next;
    }

    // The last child that may hold what the probe tells: what comes before it is certainly before the probe.
    private static int ChildOf(Node* inner, in Probe probe)
    {
        Debug.Assert(inner->Count > 0, "an inner node has a child");
        ulong* keys = Node.Keys(inner);
        int low = 0, high = inner->Count - 1;
        while (low < high)
        {
            int middle = low + high + 1 >> 1;
            bool before = keys[middle] != probe.SortKey ? keys[middle] < probe.SortKey
                : probe.Data == null ? !probe.IsLeast : probe.CompareElement(*FirstOf(Node.Children(inner)[middle])) <= 0;
            if (before)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private static Element* FirstOf(Node* node)
    {
        while (node->Height != 0)
            node = Node.Children(node)[0];
        return Node.Elements(node);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LowerBound(Node* leaf, in Probe probe)
    {
        Element* elements = Node.Elements(leaf);
        int low = 0, high = leaf->Count;
        // Lists grow at their ends, and so does much else.
        if (high > 0 && elements[high - 1].SortKey < probe.SortKey)
            return high;
        while (low < high)
        {
            int middle = low + high >> 1;
            if (probe.CompareElement(elements[middle]) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private readonly Node* Descend(in Probe probe, ref TreePath path)
    {
        Node* node = Root;
        while (node->Height != 0)
        {
            int child = ChildOf(node, probe);
            path.Push(node, child);
            node = Node.Children(node)[child];
        }
        return node;
    }

    private Element* Insert(ref TreePath path, Node* leaf, int at, in Element element)
    {
        if (leaf->Count == leaf->Capacity)
        {
            // Only a leaf that stands alone is smaller than the largest.
            if (leaf->Capacity < Node.MaxCount)
                Root = leaf = Node.GrowLeaf(leaf, Math.Min(Node.MaxCount, leaf->Capacity + Math.Max(2, leaf->Capacity / 2)));
            else
                leaf = SplitLeaf(ref path, leaf, element.SortKey, ref at);
        }
        Debug.Assert(leaf->Count < leaf->Capacity && at >= 0 && at <= leaf->Count, "there is room for the element at its place");
        Debug.Assert(IsOrdered(leaf, at, element), "an element stands between its neighbours in order");
        Element* elements = Node.Elements(leaf);
        Buffer.MemoryCopy(elements + at, elements + at + 1, Node.MaxCount * Element.SizeBytes, (leaf->Count - at) * Element.SizeBytes);
        elements[at] = element;
        leaf->Count++;
        for (int i = 0; i < path.Count; i++)
        {
            Node* inner = path.NodeAt(i);
            int child = path.IndexAt(i);
            Node.Counts(inner)[child]++;
            if (element.SortKey < Node.Keys(inner)[child])
                Node.Keys(inner)[child] = element.SortKey;
        }
        return elements + at;
    }

    // Half of a full leaf goes to a new one; at an end all or nothing does, so that what grows there fills its leaves.
    private Node* SplitLeaf(ref TreePath path, Node* leaf, ulong coming, ref int at)
    {
        Debug.Assert(leaf->Count == Node.MaxCount, "only a full leaf is split");
        int left = at == leaf->Count && leaf->Next == null ? leaf->Count : at == 0 && leaf->Previous == null ? 0 : leaf->Count / 2;
        Node* right = Node.NewLeaf(Node.MaxCount);
        Element* from = Node.Elements(leaf);
        right->Count = (ushort)(leaf->Count - left);
        Buffer.MemoryCopy(from + left, Node.Elements(right), Node.MaxCount * Element.SizeBytes, right->Count * Element.SizeBytes);
        leaf->Count = (ushort)left;
        right->Next = leaf->Next;
        right->Previous = leaf;
        if (right->Next != null)
            right->Next->Previous = right;
        leaf->Next = right;
        ulong leftKey = left > 0 ? from[0].SortKey : 0;
        ulong rightKey = right->Count > 0 ? Node.Elements(right)[0].SortKey : coming;
        bool goesRight = at > left || (at == left && left == Node.MaxCount);
        AddChild(ref path, leaf, right, leftKey, rightKey, goesRight);
        if (!goesRight)
            return leaf;
        at -= left;
        return right;
    }

    // The node at the end of the path has a new right neighbour; the path then leads to the one of both that is meant.
    private void AddChild(ref TreePath path, Node* left, Node* right, ulong leftKey, ulong rightKey, bool goesRight)
    {
        Debug.Assert(left->Height == right->Height && leftKey <= rightKey, "neighbours are of one height, in order");
        if (path.Count == 0)
        {
            Node* root = Node.NewInner(left->Height + 1);
            root->Count = 2;
            SetChild(root, 0, left, leftKey);
            SetChild(root, 1, right, rightKey);
            Root = root;
            path.Push(root, goesRight ? 1 : 0);
            return;
        }
        int level = path.Count - 1, at = path.IndexAt(level);
        Node* parent = path.NodeAt(level);
        Debug.Assert(Node.Children(parent)[at] == left, "the path leads to the node that was split");
        if (parent->Count == Node.MaxCount)
            parent = SplitInner(ref path, level, ref at);
        Node.Counts(parent)[at] = Node.Total(left);
        ShiftChildren(parent, at + 1, 1);
        SetChild(parent, at + 1, right, rightKey);
        path.Set(path.Count - 1, parent, goesRight ? at + 1 : at);
    }

    // Splits the full inner node of this level; the path leads to the half that holds child 'at' afterwards.
    private Node* SplitInner(ref TreePath path, int level, ref int at)
    {
        Node* left = path.NodeAt(level);
        Debug.Assert(left->Count == Node.MaxCount, "only a full node is split");
        int kept = at == left->Count - 1 ? left->Count - 1 : at == 0 ? 1 : left->Count / 2;
        Node* right = Node.NewInner(left->Height);
        right->Count = (ushort)(left->Count - kept);
        for (int i = 0; i < right->Count; i++)
            CopyChild(left, kept + i, right, i);
        left->Count = (ushort)kept;
        bool goesRight = at >= kept;
        TreePath upper = path.Upper(level);
        AddChild(ref upper, left, right, Node.Keys(left)[0], Node.Keys(right)[0], goesRight);
        path = upper;
        Debug.Assert(left->Count > 0 && right->Count > 0, "both halves of a node have children");
        if (goesRight)
            at -= kept;
        path.Push(goesRight ? right : left, at);
        return goesRight ? right : left;
    }

    private static void SetChild(Node* inner, int at, Node* child, ulong key)
    {
        Debug.Assert(at < inner->Count && child->Height + 1 == inner->Height, "a child is one level below its parent");
        Node.Keys(inner)[at] = key;
        Node.Children(inner)[at] = child;
        Node.Counts(inner)[at] = Node.Total(child);
    }

    private static void CopyChild(Node* from, int at, Node* to, int index)
    {
        Debug.Assert(from->Height == to->Height && index < Node.MaxCount, "children stay on their level");
        Node.Keys(to)[index] = Node.Keys(from)[at];
        Node.Children(to)[index] = Node.Children(from)[at];
        Node.Counts(to)[index] = Node.Counts(from)[at];
    }

    private static void ShiftChildren(Node* inner, int at, int by)
    {
        Debug.Assert(at >= 0 && at <= inner->Count && inner->Count + by is >= 0 and <= Node.MaxCount, "a node has room for the child that comes, or has the one that goes");
        if (by > 0)
        {
            for (int i = inner->Count - 1; i >= at; i--)
                CopyChild(inner, i, inner, i + 1);
        }
        else
        {
            for (int i = at; i < inner->Count - 1; i++)
                CopyChild(inner, i + 1, inner, i);
        }
        inner->Count = (ushort)(inner->Count + by);
    }

    private static bool IsOrdered(Node* leaf, int at, in Element element) => (at == 0 || Node.Elements(leaf)[at - 1].SortKey <= element.SortKey)
        && (at == leaf->Count || element.SortKey <= Node.Elements(leaf)[at].SortKey);

    private static void RemoveSpan(Node* leaf, int at)
    {
        Debug.Assert(at < leaf->Count, "what is removed is there");
        Element* elements = Node.Elements(leaf);
        Buffer.MemoryCopy(elements + at + 1, elements + at, Node.MaxCount * Element.SizeBytes, (leaf->Count - at - 1) * Element.SizeBytes);
        leaf->Count--;
    }

    // A leaf with few elements is joined with a neighbour under the same parent, an empty one taken out.
    private void Thin(ref TreePath path, Node* leaf)
    {
        int level = path.Count - 1, at = path.IndexAt(level);
        Node* parent = path.NodeAt(level);
        if (leaf->Count > 0)
        {
            if (at + 1 < parent->Count && CanJoin(leaf, Node.Children(parent)[at + 1]))
                at++;
            else if (at == 0 || !CanJoin(Node.Children(parent)[at - 1], leaf))
                return;
            JoinLeaves(parent, at - 1);
            leaf = Node.Children(parent)[at];
        }
        Debug.Assert(leaf->Count == 0 && Node.Children(parent)[at] == leaf, "only an empty leaf is taken out");
        if (leaf->Previous != null)
            leaf->Previous->Next = leaf->Next;
        if (leaf->Next != null)
            leaf->Next->Previous = leaf->Previous;
        RemoveChild(ref path, level, at);
    }

    private static bool CanJoin(Node* left, Node* right) => left->Count + right->Count <= Math.Min(JoinedMax, (int)left->Capacity);

    private static void JoinLeaves(Node* parent, int at)
    {
        Node* left = Node.Children(parent)[at], right = Node.Children(parent)[at + 1];
        Debug.Assert(left->Next == right && left->Count + right->Count <= left->Capacity, "neighbours that are joined fit one leaf");
        Buffer.MemoryCopy(Node.Elements(right), Node.Elements(left) + left->Count, Node.MaxCount * Element.SizeBytes, right->Count * Element.SizeBytes);
        left->Count += right->Count;
        right->Count = 0;
        Node.Counts(parent)[at] = left->Count;
    }

    // Takes an empty child out, and what becomes empty above it; a root of one child makes place for that.
    private void RemoveChild(ref TreePath path, int level, int at)
    {
        while (true)
        {
            Node* parent = path.NodeAt(level);
            Node.Free(Node.Children(parent)[at]);
            ShiftChildren(parent, at, -1);
            if (parent->Count > 0 || level == 0)
                break;
            at = path.IndexAt(--level);
        }
        while (Root->Height > 0 && Root->Count <= 1)
        {
            Node* only = Root->Count == 1 ? Node.Children(Root)[0] : null;
            Node.Free(Root);
            Root = only;
            if (only == null)
                return;
        }
    }

    // Frees the last leaf below a node, and what is empty then. True: the node itself.
    private static bool FreeLast(Node* node)
    {
        if (node->Height != 0)
        {
            if (node->Count > 0 && FreeLast(Node.Children(node)[node->Count - 1]))
                node->Count--;
            if (node->Count > 0)
                return false;
        }
        Node.Free(node);
        return true;
    }

    private static void FreeBelow(Node* node)
    {
        if (node->Height != 0)
        {
            for (int i = 0; i < node->Count; i++)
                FreeBelow(Node.Children(node)[i]);
        }
        Node.Free(node);
    }

    private static long BytesBelow(Node* node)
    {
        long bytes = Node.BytesOf(node);
        for (int i = 0; i < node->Count && node->Height != 0; i++)
            bytes += BytesBelow(Node.Children(node)[i]);
        return bytes;
    }
}
