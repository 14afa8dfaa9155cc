namespace Pkv.Zio.Preload;

/// <summary>
/// Touches of empty pages, as the kernel reports them to the handler thread. A page gets its content back; a program that walks on
/// from there gets more each time, so that reading a message through costs a few faults and not one a page.
/// </summary>
internal static unsafe class Faults
{
    private const ulong FirstPages = 8, Growth = 8, MostPages = 256;
    private const ulong FilledGrowth = 4, MostFilledPages = 16;
    private static Counters* s_counters;
    private static ulong s_filledEnd, s_filledPages;

    public static void Start(Counters* counters) => s_counters = counters;

    public static void Resolve(ulong address)
    {
        ulong page = address & ~(Vault.PageBytes - 1), entry = PageTable.Get(page);
        s_counters->Faults++;
        if (PageTable.IsTracked(entry))
        {
            ushort site = Engine.Current.SiteOf(PageTable.ContentOf(entry));
            ulong before = s_counters->PagesResolved;
            Pages.Resolve(page, WindowOf(page) * Vault.PageBytes, PageTable.Resident);
            Sites.Touched(site, (s_counters->PagesResolved - before) * Vault.PageBytes);
            if (PageTable.IsOriginal(page, entry))
                Kernel.Wake(page);
            return;
        }
        if (entry == PageTable.Registered)
            FillAhead(page);
        else
            Kernel.Zero(page);
        Kernel.Wake(page);
    }

    /// <summary>
    /// Freed and used again, or never filled: fresh memory. A page of it may be the header of a block that a receive will fill. Who
    /// walks on from there gets more pages each time, and then all: the block is in use otherwise.
    /// </summary>
    private static void FillAhead(ulong page)
    {
        if (page != s_filledEnd)
            s_filledPages = 0;
        if (s_filledPages >= MostFilledPages)
        {
            Pages.Disown(page);
            return;
        }
        s_filledPages = Math.Max(1, s_filledPages * FilledGrowth);
        ulong bytes = PageTable.EmptyRun(page, s_filledPages * Vault.PageBytes);
        s_filledEnd = page + bytes;
        Pages.Fill(page, bytes);
    }

    private static ulong WindowOf(ulong page)
    {
        ulong walked = 0;
        while (walked < MostPages && (PageTable.Get(page - (walked + 1) * Vault.PageBytes) & PageTable.Resident) != 0)
            walked++;
        return walked == 0 ? 1 : Math.Min(MostPages, Math.Max(FirstPages, walked * Growth));
    }
}
