using System.Runtime.CompilerServices;

namespace Pkv.Zio.Preload;

/// <summary>
/// What is known of each page of the program: a two-level table from page number to entry, read without a lock by the C layer.
/// An entry is the address where the page's content is (any byte address, so that copies need not keep their offset in the page; the
/// page's own if others may refer to it) above eight flag bits. A flat table was chosen over an ordered map: every question is about given pages, a lookup is two
/// loads, and the pages of one message are neighbours.
/// </summary>
internal static unsafe class PageTable
{
    /// <summary>The kernel reports the page's next touch if it is empty.</summary>
    public const ulong Registered = 1;

    /// <summary>Registered, and it was touched: it has its own content again, and is expected to be touched again.</summary>
    public const ulong Resident = 2;

    /// <summary>Cannot be registered: shared, a file's, locked.</summary>
    public const ulong Refused = 4;

    /// <summary>Registered, and it has its own content, though not because it was touched.</summary>
    public const ulong Filled = 8;

    /// <summary>Registered, and the kernel reports its next write.</summary>
    public const ulong Protected = 16;

    /// <summary>Only the beginning of the page was received, and its rest may follow.</summary>
    public const ulong Begun = 32;

    /// <summary>All that is not the address.</summary>
    public const ulong Flags = (1ul << FlagBits) - 1;

    /// <summary>Pages of a leaf; leaves of the table.</summary>
    public const int LeafBits = 14, TopBits = 47 - PageShift - LeafBits;

    private const int FlagBits = 8, PageShift = 12;
    private const ulong LeafPages = 1ul << LeafBits;

    private static Live* s_live;
    private static ulong* s_leaves;
    private static ulong s_leafCount;

    public static ulong Tracked => s_live->Tracked;

    /// <summary>A fork is in progress: everything must be, and stay, in the program's pages.</summary>
    public static bool IsForking => s_live->Forking != 0;

    public static ulong LeafCount => s_leafCount;

    public static bool Start(Live* live)
    {
        s_live = live;
        s_leafCount = 0;
        s_leaves = (ulong*)Kernel.Map(sizeof(ulong) << TopBits);
        live->Top = (ulong**)Kernel.Map((ulong)sizeof(ulong*) << TopBits);
        live->Tracked = 0;
        return s_leaves is not null && live->Top is not null;
    }

    /// <summary>The entry of the page at this address; 0 when nothing is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Get(ulong address)
    {
        ulong* leaf = address >> 47 == 0 ? s_live->Top[address >> (PageShift + LeafBits)] : null;
        return leaf is null ? 0 : leaf[(address >> PageShift) & (LeafPages - 1)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsTracked(ulong entry) => entry >> FlagBits != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ContentOf(ulong entry) => entry >> FlagBits;

    /// <summary>Has the page its content itself, for others that may refer to it?</summary>
    public static bool IsOriginal(ulong page, ulong entry) => entry >> FlagBits == page;

    /// <summary>
    /// What is known of a page whose content is about to be replaced: nothing, that it is touched, that it cannot be registered, or
    /// that it is registered and its content may be elsewhere (<see cref="Registered"/>: tracked, empty or only filled).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KindOf(ulong entry) => IsTracked(entry) || (entry & Filled) != 0 ? Registered : entry;

    /// <summary>Has a page of this run its own content, though it is not touched?</summary>
    public static bool AnyFilled(ulong page, ulong bytes)
    {
        while (bytes > 0)
        {
            ulong* slots = Slots(page, bytes, out ulong count);
            for (ulong i = 0; slots is not null && i < count; i++)
            {
                if ((slots[i] & Filled) != 0 && !IsTracked(slots[i]))
                    return true;
            }
            page += count * Vault.PageBytes;
            bytes -= count * Vault.PageBytes;
        }
        return false;
    }

    /// <summary>Bytes of whole pages from here on whose entries are of one kind; the first page counts whatever <paramref name="atMost"/> is.</summary>
    public static ulong KindRun(ulong page, ulong atMost)
    {
        ulong kind = KindOf(Get(page)), run = Vault.PageBytes;
        while (run + Vault.PageBytes <= atMost)
        {
            ulong* slots = Slots(page + run, atMost - run, out ulong count);
            ulong alike = slots is null && kind == 0 ? count : 0;
            while (slots is not null && alike < count && KindOf(slots[alike]) == kind)
                alike++;
            run += alike * Vault.PageBytes;
            if (alike < count)
                break;
        }
        return Math.Min(run, atMost);
    }

    /// <summary>Bytes of whole pages from here on that are registered and empty, with nothing in the engine's keeping.</summary>
    public static ulong EmptyRun(ulong page, ulong atMost)
    {
        ulong run = 0;
        while (run < atMost && Get(page + run) == Registered)
            run += Vault.PageBytes;
        return run;
    }

    /// <summary>
    /// Bytes from here on whose content lies in one piece: from <paramref name="content"/> on, or, when that is 0, in untracked pages.
    /// </summary>
    public static ulong PieceAt(ulong address, ulong atMost, out ulong content)
    {
        ulong offset = address % Vault.PageBytes, run = Vault.PageBytes - offset, first = ContentOf(Get(address)), step = first == 0 ? 0 : Vault.PageBytes;
        content = first == 0 ? 0 : first + offset;
        for (ulong next = first + step; run < atMost;)
        {
            ulong* slots = Slots(address + run, atMost - run + Vault.PageBytes - 1, out ulong count);
            ulong alike = slots is null && first == 0 ? count : 0;
            for (; slots is not null && alike < count && ContentOf(slots[alike]) == next; next += step)
                alike++;
            run += alike * Vault.PageBytes;
            if (alike < count)
                break;
        }
        return Math.Min(run, atMost);
    }

    // The entries of the whole pages from here on, up to the end of their leaf; null when there is none: then they all are 0.
    private static ulong* Slots(ulong page, ulong bytes, out ulong count)
    {
        ulong index = (page >> PageShift) & (LeafPages - 1);
        count = Math.Min(bytes >> PageShift, LeafPages - index);
        ulong* leaf = page >> 47 == 0 ? s_live->Top[page >> (PageShift + LeafBits)] : null;
        return leaf is null ? null : leaf + index;
    }

    /// <summary>Makes room for the entries of a range. False: no memory for them, leave the range alone.</summary>
    public static bool Prepare(ulong start, ulong bytes)
    {
        for (ulong top = start >> (PageShift + LeafBits); top <= (start + bytes - 1) >> (PageShift + LeafBits); top++)
        {
            if (top >> TopBits != 0)
                return false;
            if (s_live->Top[top] is not null)
                continue;
            ulong* leaf = (ulong*)Kernel.Map(LeafPages * sizeof(ulong));
            if (leaf is null || !Engine.Current.PrepareLeaf(top))
                return false;
            s_leaves[s_leafCount++] = top;
            Volatile.Write(ref *(nuint*)&s_live->Top[top], (nuint)leaf);
        }
        return true;
    }

    /// <summary>The content of these pages is there from now on, one behind the other.</summary>
    public static void Track(ulong page, ulong content, ulong bytes, ulong flags = Registered)
    {
        Engine.Current.Refer(page, content, bytes / Vault.PageBytes);
        Replace(page, bytes, (content << FlagBits) | flags, Vault.PageBytes << FlagBits);
        s_live->Tracked += bytes / Vault.PageBytes;
    }

    /// <summary>The content of these pages is no longer elsewhere, or no longer of interest.</summary>
    public static void Untrack(ulong page, ulong bytes, ulong flags) => Replace(page, bytes, flags, 0);

    /// <summary>The same content of a tracked page is elsewhere from now on. What the engine notes of it is the engine's to change.</summary>
    public static void Repoint(ulong page, ulong content) => Volatile.Write(ref *SlotOf(page), (content << FlagBits) | (*SlotOf(page) & Flags));

    /// <summary>Sets flags; the content stays where it is.</summary>
    public static void SetFlags(ulong page, ulong bytes, ulong flags)
    {
        for (ulong end = page + bytes; page < end; page += Vault.PageBytes)
            Volatile.Write(ref *SlotOf(page), *SlotOf(page) | flags);
    }

    /// <summary>Undoes <see cref="SetFlags"/>.</summary>
    public static void ClearFlags(ulong page, ulong flags) => Volatile.Write(ref *SlotOf(page), *SlotOf(page) & ~flags);

    /// <summary>The first page at or behind <paramref name="page"/> that could be known, at most <paramref name="end"/>.</summary>
    public static ulong SkipUnknown(ulong page, ulong end)
    {
        while (page < end && page >> 47 == 0 && s_live->Top[page >> (PageShift + LeafBits)] is null)
            page = ((page >> (PageShift + LeafBits)) + 1) << (PageShift + LeafBits);
        return page >> 47 != 0 ? end : Math.Min(page, end);
    }

    /// <summary>The addresses of one leaf.</summary>
    public static (ulong Start, ulong Bytes) Leaf(ulong index) =>
        (s_leaves[index] << (PageShift + LeafBits), LeafPages << PageShift);

    /// <summary>Writes the entries, each greater by a step than the last, and lets go of what the old ones referred to.</summary>
    private static void Replace(ulong page, ulong bytes, ulong entry, ulong step)
    {
        ulong runPage = 0, run = 0, runPages = 0, tracked = 0;
        for (ulong end = page + bytes; page < end;)
        {
            ulong* slot = SlotOf(page);
            ulong count = Math.Min((end - page) >> PageShift, LeafPages - ((page >> PageShift) & (LeafPages - 1)));
            for (ulong i = 0; i < count; i++, entry += step)
            {
                ulong old = ContentOf(slot[i]), at = page + (i << PageShift);
                Volatile.Write(ref slot[i], entry);
                if (old == 0)
                    continue;
                tracked++;
                if (old == run + runPages * Vault.PageBytes && at == runPage + runPages * Vault.PageBytes)
                {
                    runPages++;
                    continue;
                }
                if (runPages > 0)
                    Engine.Current.LetGo(runPage, run, runPages);
                (runPage, run, runPages) = (at, old, 1);
            }
            page += count << PageShift;
        }
        if (runPages > 0)
            Engine.Current.LetGo(runPage, run, runPages);
        s_live->Tracked -= tracked;
    }

    private static ulong* SlotOf(ulong page) => s_live->Top[page >> (PageShift + LeafBits)] + ((page >> PageShift) & (LeafPages - 1));
}
