using Pkv.Bench.Native;

namespace Pkv.Bench.Tracking;

/// <summary>
/// libzio's page table, of the same shape (zio/Preload/PageTable.cs): a page's number finds its entry in two loads. Without the
/// engine's flags and its counting of references, which any structure would need.
/// </summary>
internal sealed unsafe class FlatPageTable : IRangeTracker
{
    private const int PageShift = 12, LeafBits = 14, TopBits = 47 - PageShift - LeafBits;
    private const long LeafPages = 1L << LeafBits, PageBytes = 1L << PageShift;

    private readonly long** _top = (long**)MemoryMap.MapOrThrow((long)sizeof(long*) << TopBits, MemoryMap.MapPrivate | MemoryMap.MapAnonymous, -1);
    private readonly List<nint> _leaves = [];

    public string Title => "page table, two levels";

    public bool TracksAny(long start, long bytes)
    {
        for (long page = start & -PageBytes; page < start + bytes; page += PageBytes)
            if (Get(page) != 0) return true;
        return false;
    }

    public long ContentAt(long start, long bytes, out long content)
    {
        content = Get(start);
        if (content == 0) return 0;
        long run = PageBytes;
        for (bool goesOn = true; goesOn && run < bytes;)
        {
            // A leaf's entries in one look.
            long first = ((start + run) >> PageShift) & (LeafPages - 1), count = Math.Min((bytes - run + PageBytes - 1) >> PageShift, LeafPages - first), alike = 0;
            long* leaf = _top[(start + run) >> (PageShift + LeafBits)];
            while (leaf != null && alike < count && leaf[first + alike] == content + run + (alike << PageShift)) alike++;
            run += alike << PageShift;
            goesOn = alike == count;
        }
        return Math.Min(run, bytes);
    }

    public void Insert(long start, long bytes, long content) => Set(start, bytes, content, PageBytes);

    public void Remove(long start, long bytes) => Set(start, bytes, 0, 0);

    public void Dispose()
    {
        foreach (nint leaf in _leaves) _ = MemoryMap.Unmap((void*)leaf, (nuint)LeafPages * sizeof(long));
        _ = MemoryMap.Unmap(_top, (nuint)sizeof(long*) << TopBits);
    }

    private long Get(long address)
    {
        long* leaf = _top[address >> (PageShift + LeafBits)];
        return leaf == null ? 0 : leaf[(address >> PageShift) & (LeafPages - 1)];
    }

    private void Set(long start, long bytes, long content, long step)
    {
        for (long page = start; page < start + bytes;)
        {
            long first = (page >> PageShift) & (LeafPages - 1), count = Math.Min((start + bytes - page) >> PageShift, LeafPages - first);
            long* slot = Leaf(page) + first;
            for (long i = 0; i < count; i++, content += step) slot[i] = content;
            page += count << PageShift;
        }
    }

    private long* Leaf(long address)
    {
        ref long* leaf = ref _top[address >> (PageShift + LeafBits)];
        if (leaf != null) return leaf;
        leaf = (long*)MemoryMap.MapOrThrow(LeafPages * sizeof(long), MemoryMap.MapPrivate | MemoryMap.MapAnonymous, -1);
        _leaves.Add((nint)leaf);
        return leaf;
    }
}
