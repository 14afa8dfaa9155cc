namespace Pkv.Zio.Preload;

/// <summary>
/// Page faults of the thread that holds the lock (rescue.c): the handler thread ends them without it. The holder stands still meanwhile, at
/// any instruction, so that a page is filled by what its entry says just then, and nothing else is changed. It is noted, and put right by
/// whoever holds the lock next, or still, before that leaves the core.
/// </summary>
internal static unsafe class Rescue
{
    /// <summary>Pages filled between one mending and the next, at most: what a request of the kernel's can touch. Backed where used.</summary>
    private const uint MostNotes = 1 << 20;

    private static Live* s_live;
    private static Counters* s_counters;
    private static Note* s_notes;

    public static bool Start(Live* live, Counters* counters)
    {
        s_live = live;
        s_counters = counters;
        s_notes = (Note*)Kernel.Map(MostNotes * (ulong)sizeof(Note));
        (live->Rescued, live->Mended) = (0, 0);
        return s_notes is not null;
    }

    /// <summary>By the handler thread, while the holder waits for this page.</summary>
    public static void Resolve(ulong address)
    {
        ulong page = address & ~(Vault.PageBytes - 1);
        s_counters->Faults++;
        s_counters->FaultsOfHolder++;
        Engine.Current.HandOut(page);
        Fill(page);
        Kernel.Wake(page);
    }

    /// <summary>Gives an empty page its content, and leaves its entry. One that is there already is left as it is.</summary>
    public static void Fill(ulong page)
    {
        ulong entry = PageTable.Get(page), content = PageTable.ContentOf(entry);
        s_notes[s_live->Rescued % MostNotes] = new Note { Page = page, Entry = entry };
        Volatile.Write(ref s_live->Rescued, s_live->Rescued + 1);
        long placed = Kernel.Place(page, content != 0 && content != page ? content : Pages.Zeros, Vault.PageBytes);
        if (placed <= 0 && placed != Kernel.AlreadyThere)
            Volatile.Write(ref s_live->Rescued, s_live->Rescued - 1); // not registered: the kernel fills it
    }

    /// <summary>By the lock's holder, who can come to stand still in here as well.</summary>
    public static void Mend()
    {
        while (s_live->Mended != Volatile.Read(ref s_live->Rescued))
        {
            Note note = s_notes[s_live->Mended % MostNotes];
            Mend(note.Page, note.Entry);
            s_live->Mended++;
        }
    }

    private static void Mend(ulong page, ulong before)
    {
        ulong entry = PageTable.Get(page);
        if (PageTable.IsOriginal(page, entry))
            Engine.Current.Vacate(page, Vault.PageBytes, PageTable.Resident);
        else if (entry == before && PageTable.IsTracked(entry) || entry == PageTable.Registered)
            PageTable.Untrack(page, Vault.PageBytes, PageTable.Registered | PageTable.Resident);
        else if (PageTable.IsTracked(entry))
            _ = Kernel.Drop(page, Vault.PageBytes); // its content was replaced before the page was filled, or meanwhile
    }

    private struct Note
    {
        public ulong Page, Entry;
    }
}
