namespace Pkv.Zio.Preload.Published;

/// <summary>
/// Pages of the program that bytes were received into: the entry of such a page refers to the page itself. While others refer to it, it is
/// protected against writing. What must be written to is vacated first: its content is copied to one of the pages that refer to it, the
/// heir, which then is the original of the others. So bytes are copied once when their original goes, however many copies were elided;
/// and once more each time an heir goes.
/// </summary>
internal static unsafe class Originals
{
    private const ulong PageBytes = Vault.PageBytes;

    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>
    /// Bytes that the program received: from now on copies of them may be elided. The kernel is not asked to report anything before one is.
    /// </summary>
    public static void Note(ulong start, ulong bytes, ushort site)
    {
        ulong page = start & ~(PageBytes - 1), end = start + bytes, wholeEnd = end & ~(PageBytes - 1);
        if (bytes == 0 || !PageTable.Prepare(page, end - page))
            return;
        if (start != page && !Continues(page, start))
            page += PageBytes;
        for (ulong run; page < wholeEnd; page += run)
            run = NoteRun(page, wholeEnd, site);
        if (page < end)
            Begin(page, end);
    }

    /// <summary>The page was received by several receives, one behind the other, and they were all there were from its beginning.</summary>
    private static bool Continues(ulong page, ulong start) =>
        (PageTable.Get(page) & PageTable.Begun) != 0 && ReverseMap.BegunOf(page) == start - page;

    /// <summary>
    /// A page of which only the beginning was received is no original yet. The rest may belong to other blocks of memory, and to nobody when
    /// this one is freed: libc would give the page back without asking.
    /// </summary>
    private static void Begin(ulong page, ulong end)
    {
        ulong entry = PageTable.Get(page);
        if (PageTable.IsTracked(entry) || (entry & PageTable.Refused) != 0 || entry == PageTable.Registered)
            return;
        PageTable.SetFlags(page, PageBytes, PageTable.Begun);
        ReverseMap.SetBegun(page, (ushort)(end - page));
    }

    private static ulong NoteRun(ulong page, ulong end, ushort site)
    {
        ulong entry = PageTable.Get(page), run = PageBytes;
        while (page + run < end && PageTable.Get(page + run) == entry)
            run += PageBytes;
        if (PageTable.IsTracked(entry) || (entry & PageTable.Refused) != 0 || ((entry & PageTable.Resident) != 0 && !Sites.Retries(site)))
            return run;
        // What cannot be registered cannot be protected later: stacks, files, what is shared.
        if ((entry & PageTable.Registered) == 0 && !Kernel.MayAdopt(page, run))
        {
            PageTable.Untrack(page, run, PageTable.Refused);
            return run;
        }
        PageTable.Track(page, page, run, entry & PageTable.Registered);
        for (ulong at = page; at < page + run; at += PageBytes)
            ReverseMap.SetSite(at, site);
        return run;
    }

    /// <summary>Protects the pages that hold these bytes. False: that is not possible, or not now.</summary>
    public static bool Protect(ulong start, ulong bytes)
    {
        if (PageTable.IsForking)
            return false;
        ulong end = start + bytes;
        for (ulong page = start & ~(PageBytes - 1), run; page < end; page += run)
        {
            ulong flags = PageTable.Get(page) & PageTable.Flags;
            run = RunOf(page, end, flags);
            if ((flags & PageTable.Protected) != 0)
                continue;
            bool isRegistered = (flags & PageTable.Registered) != 0 || Pages.TryEnlist(page, run);
            if (!isRegistered || Kernel.Protect(page, run) != 0)
            {
                PageTable.Untrack(page, run, 0);
                return false;
            }
            PageTable.SetFlags(page, run, PageTable.Registered | PageTable.Protected);
        }
        return true;
    }

    /// <summary>Pages of the program's own again, which may be written to: whoever refers to them gets their content first.</summary>
    public static void Vacate(ulong start, ulong bytes, ulong present)
    {
        ulong first = start & ~(PageBytes - 1), end = start + bytes;
        bool again = true;
        while (again)
        {
            // An heir within the range has what it must give away in its turn. Each time there are fewer that refer to others.
            again = false;
            for (ulong page = first; (page = PageTable.SkipUnknown(page, end)) < end;)
            {
                ulong entry = PageTable.Get(page), run = PageBytes;
                if (PageTable.IsOriginal(page, entry))
                {
                    run = RunOf(page, end, entry & PageTable.Flags);
                    for (ulong at = page; at < page + run; at += PageBytes)
                    {
                        while (ReverseMap.First(at) is var link and not 0)
                            again |= HandOver(link, page + run, first, end);
                    }
                    Free(page, run, entry, present);
                }
                page += run;
            }
        }
    }

    private static void Free(ulong page, ulong bytes, ulong entry, ulong present)
    {
        PageTable.Untrack(page, bytes, (entry & PageTable.Registered) != 0 ? PageTable.Registered | present : 0);
        if ((entry & PageTable.Protected) != 0)
            Kernel.Unprotect(page, bytes);
    }

    /// <summary>Gives the page of a link its content, and with it as many behind it as follow on up to the end of the vacated originals.</summary>
    /// <returns>Whether an heir lies in the range that is to be vacated.</returns>
    private static bool HandOver(ulong link, ulong originalsEnd, ulong start, ulong end)
    {
        ulong heir = ReverseMap.PageOf(link), content = PageTable.ContentOf(PageTable.Get(heir)), run = PageBytes;
        bool isShared = IsShared(content);
        while (content + run < originalsEnd && PageTable.ContentOf(PageTable.Get(heir + run)) == content + run && IsShared(content + run) == isShared)
            run += PageBytes;
        ushort site = ReverseMap.SiteOf(content & ~(PageBytes - 1));
        ulong placed = Pages.Place(heir, content, run, PageTable.Filled, isShared);
        if (placed == 0)
            return false; // the page is not what it was; nothing refers to it, and it to nothing
        PageTable.Track(heir, heir, placed, PageTable.Registered | (isShared ? PageTable.Protected : 0));
        for (ulong done = 0; done < placed; done += PageBytes)
        {
            ReverseMap.SetSite(heir + done, site);
            Bequeath(content + done, heir + done);
        }
        s_counters->PagesHandedOver += placed / PageBytes;
        Sites.HandedOver(site, placed);
        return heir < end && heir + placed > start;
    }

    /// <summary>Do several pages have the very content that begins here?</summary>
    private static bool IsShared(ulong content)
    {
        int count = 0;
        for (ulong link = ReverseMap.First(content & ~(PageBytes - 1)); link != 0 && count < 2; link = ReverseMap.Next(link))
            count += HasContent(link, content) ? 1 : 0;
        return count > 1;
    }

    /// <summary>Whoever else has the content that begins here refers to the heir from now on.</summary>
    private static void Bequeath(ulong content, ulong heir)
    {
        for (ulong link = ReverseMap.First(content & ~(PageBytes - 1)), next; link != 0; link = next)
        {
            next = ReverseMap.Next(link);
            if (!HasContent(link, content))
                continue;
            ulong page = ReverseMap.PageOf(link);
            ReverseMap.Remove(page, content);
            ReverseMap.Add(page, heir);
            PageTable.Repoint(page, heir);
        }
    }

    private static bool HasContent(ulong link, ulong content) =>
        (link & ReverseMap.Second) == 0 && PageTable.ContentOf(PageTable.Get(ReverseMap.PageOf(link))) == content;

    /// <summary>Bytes of whole pages from here on that are originals with the same flags.</summary>
    private static ulong RunOf(ulong page, ulong end, ulong flags)
    {
        ulong run = PageBytes;
        while (page + run < end && PageTable.Get(page + run) is var entry && PageTable.IsOriginal(page + run, entry) && (entry & PageTable.Flags) == flags)
            run += PageBytes;
        return run;
    }
}
