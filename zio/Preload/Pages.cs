namespace Pkv.Zio.Preload;

/// <summary>
/// Pages of the program on their way into the vault's keeping and out of it. Under the engine's lock, and without touching them:
/// a touch would wait for the handler thread, which waits for the lock.
/// </summary>
internal static unsafe class Pages
{
    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>
    /// Makes empty, registered pages of whole pages whose content is about to be replaced. They must be of one kind
    /// (<see cref="PageTable.KindOf"/>).
    /// </summary>
    public static bool TryEmpty(ulong start, ulong bytes)
    {
        ulong entry = PageTable.Get(start);
        if (PageTable.IsForking || (entry & PageTable.Refused) != 0)
            return false;
        if (PageTable.IsTracked(entry))
            return true;
        if ((entry & PageTable.Resident) != 0)
            return Kernel.Drop(start, bytes) == 0;
        if ((entry & PageTable.Registered) != 0)
            return true;
        if (!PageTable.Prepare(start, bytes))
            return false;
        if (Kernel.Adopt(start, bytes) == 0)
        {
            s_counters->RangesAdopted++;
            return true;
        }
        PageTable.Untrack(start, bytes, PageTable.Refused);
        return false;
    }

    /// <summary>Gives every tracked page that overlaps the range its content back. They are resident then.</summary>
    public static void Resolve(ulong start, ulong bytes)
    {
        ulong page = start & ~(Vault.PageBytes - 1), end = start + bytes;
        while ((page = PageTable.SkipUnknown(page, end)) < end)
        {
            ulong run = PageTable.PieceAt(page, end - page, out ulong vault);
            page += vault == 0 ? run : Place(page, vault, (run + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1));
        }
    }

    /// <summary>
    /// Forgets the pages wholly inside the range: their content is not wanted any more, nor what was learnt of their use. Those that
    /// are registered and empty may stay so, for the next receive.
    /// </summary>
    public static void Release(ulong start, ulong bytes, bool unregister)
    {
        ulong page = (start + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1), end = (start + bytes) & ~(Vault.PageBytes - 1);
        ulong registered = page, registeredEnd = page;
        while ((page = PageTable.SkipUnknown(page, end)) < end)
        {
            ulong entry = PageTable.Get(page);
            bool isResident = (entry & PageTable.Resident) != 0;
            if ((entry & PageTable.Registered) != 0 && (unregister || isResident))
            {
                if (registeredEnd != page)
                {
                    Unregister(registered, registeredEnd);
                    registered = page;
                }
                registeredEnd = page + Vault.PageBytes;
            }
            if (entry != 0)
                PageTable.Untrack(page, Vault.PageBytes, unregister || isResident ? 0 : entry & (PageTable.Registered | PageTable.Refused));
            page += Vault.PageBytes;
        }
        Unregister(registered, registeredEnd);
    }

    /// <summary>The pages that overlap the range have their content, and no touch of them is reported any more.</summary>
    public static void GiveUp(ulong start, ulong bytes)
    {
        ulong first = start & ~(Vault.PageBytes - 1), end = (start + bytes + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1);
        Resolve(first, end - first);
        Release(first, end - first, unregister: true);
    }

    /// <summary>An empty page with nothing in the vault: the program's own again, as fresh memory, with its like around it.</summary>
    public static void Disown(ulong page)
    {
        const ulong AtMost = 1024 * Vault.PageBytes;
        ulong start = page, end = page + Vault.PageBytes;
        while (page - start < AtMost && PageTable.Get(start - Vault.PageBytes) == PageTable.Registered)
            start -= Vault.PageBytes;
        while (end - page < AtMost && PageTable.Get(end) == PageTable.Registered)
            end += Vault.PageBytes;
        PageTable.Untrack(start, end - start, 0);
        Unregister(start, end);
    }

    private static void Unregister(ulong start, ulong end)
    {
        if (end > start)
            _ = Kernel.Unregister(start, end - start);
    }

    /// <returns>Bytes of pages dealt with.</returns>
    private static ulong Place(ulong page, ulong vault, ulong bytes)
    {
        long placed = Kernel.Place(page, vault, bytes);
        // The kernel fills within one of its mappings at a time.
        while (placed < 0 && bytes > Vault.PageBytes)
        {
            bytes = Math.Max(Vault.PageBytes, (bytes / 2) & ~(Vault.PageBytes - 1));
            placed = Kernel.Place(page, vault, bytes);
        }
        if (placed <= 0)
        {
            // Already there: somebody filled it, and that is what the program sees. Not registered: the page was moved or unmapped
            // behind the library's back; its content is written like any other, if there still is such a page.
            if (placed == Kernel.NotRegistered)
                Kernel.Poke(page, vault, Vault.PageBytes);
            PageTable.Untrack(page, Vault.PageBytes, placed == Kernel.AlreadyThere ? PageTable.Registered | PageTable.Resident : 0);
            Kernel.Wake(page);
            return Vault.PageBytes;
        }
        PageTable.Untrack(page, (ulong)placed, PageTable.Registered | PageTable.Resident);
        s_counters->PagesResolved += (ulong)placed / Vault.PageBytes;
        return (ulong)placed;
    }
}
