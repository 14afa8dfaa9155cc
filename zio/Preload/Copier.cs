namespace Pkv.Zio.Preload;

/// <summary>
/// A copy whose source or target is in the vault. Whole target pages whose bytes lie in one piece in the vault are elided: the page
/// is emptied and refers to the same vault memory, at whatever offset in the page. The rest (fringes, pages that were touched before)
/// is copied, from the vault where the source is there, after the lock is free: the program's pages may have to fault.
/// </summary>
internal static unsafe class Copier
{
    private const int MaxSlices = 64;
    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>False: nothing is in the way of an ordinary copy, which is left to the caller.</summary>
    public static bool Copy(ulong target, ulong source, ulong bytes)
    {
        Slice* slices = stackalloc Slice[MaxSlices];
        Plan plan = new() { Slices = slices };
        Kernel.Lock();
        if (target < source + bytes && source < target + bytes)
        {
            Pages.Resolve(Math.Min(target, source), Math.Max(target, source) + bytes - Math.Min(target, source));
            Kernel.Unlock();
            return false;
        }
        Build(ref plan, target, source, bytes);
        for (int i = 0; i < plan.Count; i++)
        {
            if (slices[i].Pinned)
                Vault.Refer(slices[i].Source, slices[i].Bytes);
        }
        Account(plan.Elided, bytes - plan.Elided);
        Kernel.Unlock();
        bool pinned = false;
        for (int i = 0; i < plan.Count; i++)
        {
            Kernel.Move(slices[i].Target, slices[i].Source, slices[i].Bytes);
            pinned |= slices[i].Pinned;
        }
        if (pinned)
            Unpin(slices, plan.Count);
        return true;
    }

    private static void Build(ref Plan plan, ulong target, ulong source, ulong bytes)
    {
        for (ulong done = 0; done < bytes;)
        {
            ulong at = target + done, page = at & ~(Vault.PageBytes - 1);
            if (plan.Count >= MaxSlices - 2)
            {
                // Too scattered for a plan: the rest as the program would see it.
                Pages.Resolve(source + done, bytes - done);
                Pages.Resolve(at, bytes - done);
                plan.Add(at, source + done, bytes - done, pinned: false);
                return;
            }
            ulong step = Math.Min(bytes - done, page + Vault.PageBytes - at);
            ulong run = step == Vault.PageBytes ? RunToElide(page, source + done, bytes - done) : 0;
            if (run > 0 && Pages.TryEmpty(page, run))
            {
                Elide(page, source + done, run);
                plan.Elided += run;
                step = run;
            }
            else
            {
                AddSlices(ref plan, at, source + done, step);
            }
            done += step;
        }
    }

    /// <summary>How many bytes from here on can be elided in one step.</summary>
    private static ulong RunToElide(ulong page, ulong source, ulong bytes)
    {
        ulong first = PageTable.Get(page), kind = Pages.KindOf(first), run = 0;
        while (run + Vault.PageBytes <= bytes)
        {
            ulong entry = PageTable.Get(page + run), vault = VaultOf(source + run);
            if (vault == 0 || Pages.KindOf(entry) != kind || (entry & PageTable.Refused) != 0)
                break;
            if ((entry & PageTable.Resident) != 0 && !Sites.Retries(Vault.SiteOf(vault)))
                break;
            run += Vault.PageBytes;
        }
        return run;
    }

    /// <summary>Where a page's worth of bytes lies in the vault in one piece; 0 when it does not.</summary>
    private static ulong VaultOf(ulong source)
    {
        ulong offset = source % Vault.PageBytes;
        ulong first = PageTable.VaultOf(PageTable.Get(source));
        if (first == 0 || offset == 0)
            return first;
        ulong second = PageTable.VaultOf(PageTable.Get(source + Vault.PageBytes));
        return second == first + Vault.PageBytes ? first + offset : 0;
    }

    private static void Elide(ulong page, ulong source, ulong bytes)
    {
        Sites.Elided(Vault.SiteOf(VaultOf(source)), bytes);
        for (ulong done = 0; done < bytes; done += Vault.PageBytes)
        {
            ulong vault = VaultOf(source + done);
            Vault.Refer(vault, Vault.PageBytes);
            PageTable.Track(page + done, vault);
        }
    }

    /// <summary>Bytes within one page of the target that must be copied.</summary>
    private static void AddSlices(ref Plan plan, ulong target, ulong source, ulong bytes)
    {
        ulong entry = PageTable.Get(target);
        if (PageTable.IsTracked(entry))
            Pages.Resolve(target, bytes);
        else if (entry == PageTable.Registered)
            Pages.Disown(target & ~(Vault.PageBytes - 1));
        for (ulong done = 0; done < bytes;)
        {
            ulong at = source + done;
            ulong step = Math.Min(bytes - done, (at & ~(Vault.PageBytes - 1)) + Vault.PageBytes - at);
            ulong vault = PageTable.VaultOf(PageTable.Get(at));
            plan.Add(target + done, vault != 0 ? vault + at % Vault.PageBytes : at, step, pinned: vault != 0);
            done += step;
        }
    }

    private static void Unpin(Slice* slices, int count)
    {
        Kernel.Lock();
        for (int i = 0; i < count; i++)
        {
            if (slices[i].Pinned)
                Vault.LetGo(slices[i].Source, slices[i].Bytes);
        }
        Kernel.Unlock();
    }

    private static void Account(ulong elided, ulong copied)
    {
        s_counters->CopiesElided += elided > 0 ? 1u : 0;
        s_counters->CopiesDone += elided > 0 ? 0u : 1;
        s_counters->BytesElided += elided;
        Interlocked.Add(ref s_counters->BytesCopied, copied);
    }

    private struct Slice
    {
        public ulong Target, Source, Bytes;
        public bool Pinned;
    }

    private struct Plan
    {
        public Slice* Slices;
        public int Count;
        public ulong Elided;

        public void Add(ulong target, ulong source, ulong bytes, bool pinned)
        {
            Slice* last = Slices + Count - 1;
            if (Count > 0 && last->Target + last->Bytes == target && last->Source + last->Bytes == source && last->Pinned == pinned)
                last->Bytes += bytes;
            else
                Slices[Count++] = new Slice { Target = target, Source = source, Bytes = bytes, Pinned = pinned };
        }
    }
}
