namespace Pkv.Zio.Preload;

/// <summary>
/// A copy whose source or target is tracked. Whole target pages whose tracked bytes lie in one piece are elided: the page is
/// emptied and refers to the same content, at whatever offset in the page. The rest (fringes, pages that were touched before)
/// is copied by the C layer once the lock is free, from where the content is: the program's pages may have to fault.
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
        bool overlaps = target < source + bytes && source < target + bytes;
        if (overlaps && (source < target || !Engine.Current.KeepsOverwritten))
        {
            Pages.Resolve(Math.Min(source, target), Math.Max(source, target) + bytes - Math.Min(source, target), PageTable.Resident);
            return false;
        }
        Engine.Current.Overwrite(target, bytes);
        ulong elided = Build(copy, target, source, bytes);
        Engine.Current.CopyHeld(copy);
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
                Engine.Current.Drop(slice->Source, slice->Bytes);
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
                Pages.Resolve(from, left, PageTable.Resident);
                Pages.Resolve(at, left, PageTable.Resident);
                Add(copy, at, from, left, 0);
                break;
            }
            // A page that must still be read where it is, by a slice of an overlapping move, is not emptied.
            step = at < needed ? 0 : Elide(at, from, left);
            elided += step;
            if (step > 0)
                continue;
            step = PageTable.PieceAt(from, left, out ulong content);
            if (content != 0)
                step = Math.Min(step, (at & ~(Vault.PageBytes - 1)) + Vault.PageBytes - at);
            if (content == 0 && overlaps)
                needed = from + step;
            Add(copy, at, content != 0 ? content : from, step, content != 0 && content != from ? 1u : 0);
            Pages.MakePresent(at, step);
        }
        return elided;
    }

    /// <returns>Bytes elided from here on in one step.</returns>
    private static ulong Elide(ulong target, ulong source, ulong bytes)
    {
        if (target % Vault.PageBytes != 0 || bytes < Vault.PageBytes)
            return 0;
        ulong run = PageTable.PieceAt(source, bytes, out ulong content) & ~(Vault.PageBytes - 1);
        if (content == 0 || run == 0)
            return 0;
        run = PageTable.KindRun(target, run);
        ushort site = Engine.Current.SiteOf(content);
        if (!Pages.MayEmpty(target, run, site))
            return 0;
        if (!Engine.Current.Lend(content, run) || !Pages.TryEmpty(target, run))
            return 0;
        PageTable.Track(target, content, run);
        Sites.Elided(site, run);
        return run;
    }

    private static void Add(Copy* copy, ulong target, ulong source, ulong bytes, uint pinned)
    {
        Slice* last = Copy.Slices(copy) + copy->Count - 1;
        bool joins = copy->Count > 0 && last->Target + last->Bytes == target && last->Source + last->Bytes == source && last->Pinned == pinned;
        if (joins && pinned != 0)
            Engine.Current.Drop(last->Source, last->Bytes);
        if (!joins)
            (last = Copy.Slices(copy) + copy->Count++)[0] = new Slice { Target = target, Source = source, Pinned = pinned };
        last->Bytes += bytes;
        if (pinned == 0)
            return;
        Engine.Current.Hold(last->Source, last->Bytes);
        copy->Pinned = 1;
    }
}
