namespace Pkv.Zio.Preload;

/// <summary>
/// A copy whose source or target is in the vault. Whole target pages whose bytes lie in one piece in the vault are elided: the page
/// is emptied and refers to the same vault memory, at whatever offset in the page. The rest (fringes, pages that were touched before)
/// is copied by the C layer once the lock is free, from the vault where the source is there: the program's pages may have to fault.
/// </summary>
internal static unsafe class Copier
{
    /// <summary>A step of a copy can need two slices, and the rest one.</summary>
    private const ulong LastSlice = Copy.MaxSlices - 3;

    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>Elides what can be, and lists what must be copied. False: an ordinary copy does it.</summary>
    public static bool Begin(Copy* copy)
    {
        (ulong target, ulong source, ulong bytes) = (copy->Target, copy->Source, copy->Bytes);
        // Downwards, page after page, a move reads every entry before it overwrites it; upwards it would not.
        if (source < target && target < source + bytes)
        {
            Pages.Resolve(source, target + bytes - source);
            return false;
        }
        ulong elided = Build(copy, target, source, bytes);
        s_counters->CopiesElided += elided > 0 ? 1u : 0;
        Interlocked.Add(ref s_counters->CopiesDone, elided > 0 ? 0u : 1);
        s_counters->BytesElided += elided;
        Interlocked.Add(ref s_counters->BytesCopied, bytes - elided);
        return true;
    }

    public static void End(Copy* copy)
    {
        for (ulong i = 0; i < copy->Count; i++)
        {
            Slice* slice = Copy.Slices(copy) + i;
            if (slice->Pinned != 0)
                Vault.Unpin(slice->Source, slice->Bytes);
        }
    }

    /// <returns>Bytes elided.</returns>
    private static ulong Build(Copy* copy, ulong target, ulong source, ulong bytes)
    {
        ulong elided = 0, needed = 0;
        bool overlaps = target < source && source < target + bytes;
        for (ulong done = 0, step; done < bytes; done += step)
        {
            ulong at = target + done, from = source + done, left = bytes - done;
            if (copy->Count >= LastSlice)
            {
                // Too scattered for a list: the rest as the program would see it.
                Pages.Resolve(from, left);
                Pages.Resolve(at, left);
                Add(copy, at, from, left, 0);
                break;
            }
            // A page that must still be read where it is, by a slice of an overlapping move, is not emptied.
            step = at < needed ? 0 : Elide(at, from, left);
            elided += step;
            if (step > 0)
                continue;
            step = PageTable.PieceAt(from, left, out ulong vault);
            if (vault != 0)
                step = Math.Min(step, (at & ~(Vault.PageBytes - 1)) + Vault.PageBytes - at);
            if (vault == 0 && overlaps)
                needed = from + step;
            Add(copy, at, vault != 0 ? vault : from, step, vault != 0 ? 1u : 0);
            MakePresent(at, step);
        }
        return elided;
    }

    /// <returns>Bytes elided from here on in one step.</returns>
    private static ulong Elide(ulong target, ulong source, ulong bytes)
    {
        if (target % Vault.PageBytes != 0 || bytes < Vault.PageBytes)
            return 0;
        ulong run = PageTable.PieceAt(source, bytes, out ulong vault) & ~(Vault.PageBytes - 1);
        if (vault == 0 || run == 0)
            return 0;
        run = PageTable.KindRun(target, run);
        ushort site = Vault.SiteOf(vault);
        if ((PageTable.Get(target) & PageTable.Resident) != 0 && !Sites.Retries(site))
            return 0;
        if (!Pages.TryEmpty(target, run))
            return 0;
        PageTable.Track(target, vault, run);
        Vault.Share(vault, run);
        Sites.Elided(site, run);
        return run;
    }

    /// <summary>
    /// Pages that are about to be written to, and would fault one by one: whole ones need not get their content first. Resident ones
    /// are there, and stay known as pages that are touched.
    /// </summary>
    private static void MakePresent(ulong target, ulong bytes)
    {
        for (ulong at = target, end = target + bytes, run; at < end; at += run)
        {
            ulong page = at & ~(Vault.PageBytes - 1);
            run = PageTable.KindRun(page, end - page) - (at - page);
            if ((PageTable.Get(page) & PageTable.Resident) != 0)
                continue;
            Pages.Release(at, run, unregister: true);
            Pages.Resolve(at, run);
        }
    }

    private static void Add(Copy* copy, ulong target, ulong source, ulong bytes, uint pinned)
    {
        Slice* last = Copy.Slices(copy) + copy->Count - 1;
        bool joins = copy->Count > 0 && last->Target + last->Bytes == target && last->Source + last->Bytes == source && last->Pinned == pinned;
        if (joins && pinned != 0)
            Vault.Unpin(last->Source, last->Bytes);
        if (!joins)
            (last = Copy.Slices(copy) + copy->Count++)[0] = new Slice { Target = target, Source = source, Pinned = pinned };
        last->Bytes += bytes;
        if (pinned == 0)
            return;
        Vault.Pin(last->Source, last->Bytes);
        copy->Pinned = 1;
    }
}
