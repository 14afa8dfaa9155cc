namespace Pkv.Zio.Preload;

/// <summary>
/// Pages of the program that move into the engine's keeping and out of it. Under the engine's lock, and without touching them:
/// a touch would wait for the handler thread, which waits for the lock.
/// </summary>
internal static unsafe class Pages
{
    /// <summary>Empty pages that are rather filled, to be copied to, than taken out of userfaultfd; a system call each.</summary>
    private const ulong ShortRun = 16;

    /// <summary>
    /// Each end of a run of registered pages divides a mapping of the kernel's, of which a process may have only so many: at most this
    /// share of them is divided, so that the program never lacks them.
    /// </summary>
    private const long MappingShare = 4;

    private static Counters* s_counters;
    private static ulong s_zeros;
    private static long s_ends, s_mostEnds;

    /// <summary>Some pages of zeros, to fill others with.</summary>
    public static ulong Zeros => s_zeros;

    public static bool Start(Counters* counters)
    {
        s_counters = counters;
        s_ends = 0;
        s_mostEnds = Kernel.MappingLimit() / MappingShare;
        s_zeros = (ulong)Kernel.Map(ShortRun * Vault.PageBytes);
        return s_zeros != 0;
    }

    /// <summary>Does it pay to empty a run of pages of one kind for this site? Not if they are touched, nor if copying costs less.</summary>
    public static bool MayEmpty(ulong page, ulong bytes, ushort site) =>
        Sites.Retries(site) ||
        ((PageTable.Get(page) & PageTable.Resident) == 0 && (bytes >= Engine.Current.LeastEmptied || !PageTable.AnyFilled(page, bytes)));

    /// <summary>Can these pages, of which nothing is known, be registered?</summary>
    public static bool MayAdopt(ulong start, ulong bytes) => s_ends < s_mostEnds && Kernel.MayAdopt(start, bytes);

    /// <summary>
    /// Makes empty, registered pages of whole pages whose content is about to be replaced. They must be of one kind
    /// (<see cref="PageTable.KindOf"/>).
    /// </summary>
    public static bool TryEmpty(ulong start, ulong bytes)
    {
        ulong entry = PageTable.Get(start);
        if (PageTable.IsForking || (entry & PageTable.Refused) != 0)
            return false;
        if (PageTable.KindOf(entry) == PageTable.Registered)
            return !PageTable.AnyFilled(start, bytes) || Drop(start, bytes);
        if ((entry & PageTable.Resident) != 0)
            return Drop(start, bytes);
        if (s_ends >= s_mostEnds || !PageTable.Prepare(start, bytes))
            return false;
        if (Kernel.Adopt(start, bytes) == 0)
        {
            s_ends += NewEnds(start, start + bytes);
            Sites.Spent(3, 0);
            s_counters->RangesAdopted++;
            return true;
        }
        PageTable.Untrack(start, bytes, PageTable.Refused);
        return false;
    }

    /// <summary>Has touches of whole pages reported that are not known yet, and leaves their content.</summary>
    public static bool TryEnlist(ulong start, ulong bytes)
    {
        if (s_ends >= s_mostEnds || Kernel.Enlist(start, bytes) != 0)
            return false;
        s_ends += NewEnds(start, start + bytes);
        return true;
    }

    /// <summary>Gives every tracked page that overlaps the range its content back, and others what they have of it: it may be written to.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="present">What the pages are then: <see cref="PageTable.Resident"/> or <see cref="PageTable.Filled"/>.</param>
    public static void Resolve(ulong start, ulong bytes, ulong present)
    {
        ulong page = start & ~(Vault.PageBytes - 1), end = start + bytes;
        while ((page = PageTable.SkipUnknown(page, end)) < end)
        {
            ulong run = PageTable.PieceAt(page, end - page, out ulong content);
            if (content == 0 || content == page)
                page += run;
            else
                page += Math.Max(Vault.PageBytes, Place(page, content, (run + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1), present, isProtected: false));
        }
        Engine.Current.Vacate(start, bytes, present);
    }

    /// <summary>
    /// A range that is about to be written to faults at no page of it: a write would wait for the handler thread, page by page. Parts of
    /// pages, and short runs of whole ones, get their content; the whole pages of long runs are the program's again, and empty.
    /// </summary>
    public static void MakePresent(ulong start, ulong bytes)
    {
        ulong end = start + bytes, page = start & ~(Vault.PageBytes - 1);
        for (ulong run = Vault.PageBytes; (page = PageTable.SkipUnknown(page, end)) < end; page += run, run = Vault.PageBytes)
        {
            ulong whole = page >= start ? (end - page) & ~(Vault.PageBytes - 1) : 0;
            run = PageTable.KindRun(page, Math.Max(whole, Vault.PageBytes));
            if (PageTable.KindOf(PageTable.Get(page)) != PageTable.Registered)
                continue;
            if (run > ShortRun * Vault.PageBytes)
                Release(page, run, unregister: true);
            else
                Fill(page, run);
        }
    }

    /// <summary>Registered pages get their content: what they refer to, or zeros.</summary>
    public static void Fill(ulong page, ulong bytes)
    {
        Resolve(page, bytes, PageTable.Resident);
        for (ulong end = page + bytes; page < end;)
        {
            ulong run = PageTable.Get(page) == PageTable.Registered ? PageTable.KindRun(page, Math.Min(end - page, ShortRun * Vault.PageBytes)) : 0;
            page += run == 0 ? Vault.PageBytes : Math.Max(Vault.PageBytes, Place(page, s_zeros, run, PageTable.Resident, isProtected: false));
        }
    }

    /// <summary>
    /// Forgets the pages that lie completely inside the range: neither their content nor what was learned about their use is needed any more. Those that
    /// are registered may stay so, for the next receive.
    /// </summary>
    public static void Release(ulong start, ulong bytes, bool unregister)
    {
        ulong page = (start + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1), end = (start + bytes) & ~(Vault.PageBytes - 1);
        ulong registered = page, registeredEnd = page;
        Engine.Current.Overwrite(start, bytes);
        while ((page = PageTable.SkipUnknown(page, end)) < end)
        {
            ulong entry = PageTable.Get(page);
            if ((entry & PageTable.Registered) != 0 && unregister)
            {
                if (registeredEnd != page)
                {
                    Unregister(registered, registeredEnd);
                    registered = page;
                }
                registeredEnd = page + Vault.PageBytes;
            }
            if (entry != 0)
                PageTable.Untrack(page, Vault.PageBytes, unregister ? 0 : Freed(entry));
            page += Vault.PageBytes;
        }
        Unregister(registered, registeredEnd);
    }

    /// <summary>The pages that overlap the range have their content, and no touch of them is reported any more.</summary>
    public static void GiveUp(ulong start, ulong bytes)
    {
        ulong first = start & ~(Vault.PageBytes - 1), end = (start + bytes + Vault.PageBytes - 1) & ~(Vault.PageBytes - 1);
        Resolve(first, end - first, PageTable.Resident);
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

    private static ulong Freed(ulong entry) =>
        PageTable.IsTracked(entry) ? PageTable.Registered
        : (entry & PageTable.Resident) != 0 ? PageTable.Registered | PageTable.Filled
        : entry;

    private static bool Drop(ulong start, ulong bytes)
    {
        Sites.Spent(1, bytes);
        return Kernel.Drop(start, bytes) == 0;
    }

    private static void Unregister(ulong start, ulong end)
    {
        if (end <= start)
            return;
        Sites.Spent(1, 0);
        if (Kernel.Unregister(start, end - start) == 0)
            s_ends -= NewEnds(start, end);
    }

    /// <summary>Ends of runs that come to be when this one, whose pages are not known, is registered.</summary>
    private static long NewEnds(ulong start, ulong end) =>
        2 - (2 * (long)(PageTable.Get(start - Vault.PageBytes) & PageTable.Registered)) - (2 * (long)(PageTable.Get(end) & PageTable.Registered));

    /// <summary>Gives pages the content that they refer to, one behind the other; they refer to nothing then.</summary>
    /// <returns>Bytes of pages filled, as far as the kernel does so at once; 0 if the first was not what it seemed, and is untracked.</returns>
    public static ulong Place(ulong page, ulong content, ulong bytes, ulong present, bool isProtected)
    {
        long placed = PlaceAtOnce(page, content, bytes, isProtected);
        // The kernel fills within one of its mappings at a time.
        while (placed < 0 && bytes > Vault.PageBytes)
        {
            bytes = Math.Max(Vault.PageBytes, (bytes / 2) & ~(Vault.PageBytes - 1));
            placed = PlaceAtOnce(page, content, bytes, isProtected);
        }
        if (placed <= 0)
        {
            // Already there: somebody filled it, and that is what the program sees. Not registered: the page was moved or unmapped
            // behind the library's back; its content is written like any other, if there still is such a page.
            if (placed == Kernel.NotRegistered)
                _ = Kernel.Poke(page, content, Vault.PageBytes);
            PageTable.Untrack(page, Vault.PageBytes, placed == Kernel.AlreadyThere ? PageTable.Registered | present : 0);
            Kernel.Wake(page);
            return 0;
        }
        PageTable.Untrack(page, (ulong)placed, PageTable.Registered | present);
        Sites.Spent(1, 2 * (ulong)placed);
        s_counters->PagesResolved += (ulong)placed / Vault.PageBytes;
        return (ulong)placed;
    }

    private static long PlaceAtOnce(ulong page, ulong content, ulong bytes, bool isProtected) =>
        isProtected ? Kernel.PlaceProtected(page, content, bytes) : Kernel.Place(page, content, bytes);
}
