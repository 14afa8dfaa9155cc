namespace Pkv.Zio.Preload.Published;

/// <summary>
/// zIO as published (Stamler et al., OSDI '22): a receive lands where the program said, copies of it are elided by emptying their target, and
/// the received pages are protected against writing meanwhile. Nothing is pinned: what depends on an original is done under the lock, before
/// the original can change.
/// </summary>
internal sealed unsafe class PublishedEngine : Engine
{
    private const ulong PageBytes = Vault.PageBytes;

    /// <summary>An heir is always filled: without emptying it nothing would be elided.</summary>
    public override ulong LeastEmptied => PageBytes;

    public override bool KeepsOverwritten => false;

    public override bool PrepareLeaf(ulong top) => ReverseMap.Prepare(top);

    public override bool BeginReceive(Receive* receive)
    {
        if (!Sites.Admit(Sites.Find(receive->Site)))
            return false;
        for (ulong i = 0; i < receive->UserCount; i++)
        {
            // The kernel shall find the pages there and free to be written to; how many bytes come is not known yet.
            Pages.Resolve(receive->User[i].Base, receive->User[i].Bytes, PageTable.Filled);
            DisownEmpty(receive->User[i].Base, receive->User[i].Bytes);
            Receive.Out(receive)[i] = receive->User[i];
        }
        receive->PieceCount = receive->UserCount;
        return true;
    }

    public override void EndReceive(Receive* receive, ulong received)
    {
        ushort site = Sites.Find(receive->Site);
        for (ulong i = 0; i < receive->UserCount && received > 0; i++)
        {
            ulong bytes = Math.Min(received, receive->User[i].Bytes);
            Originals.Note(receive->User[i].Base, bytes, site);
            received -= bytes;
        }
    }

    public override void EndLateCopies(Receive* receive)
    {
    }

    public override ushort SiteOf(ulong content) => ReverseMap.SiteOf(content & ~(PageBytes - 1));

    public override bool Lend(ulong content, ulong bytes) => Originals.Protect(content, bytes);

    public override void Refer(ulong page, ulong content, ulong pages)
    {
        if (page == content)
            return;
        for (ulong done = 0; done < pages * PageBytes; done += PageBytes)
            ReverseMap.Add(page + done, content + done);
    }

    public override void LetGo(ulong page, ulong content, ulong pages)
    {
        if (page == content)
            return;
        for (ulong done = 0; done < pages * PageBytes; done += PageBytes)
            ReverseMap.Remove(page + done, content + done);
    }

    public override void Hold(ulong content, ulong bytes)
    {
    }

    public override void Drop(ulong content, ulong bytes)
    {
    }

    /// <summary>Through the kernel; where that fails the program's own pages are the source, and the fault is the program's.</summary>
    public override void CopyHeld(Copy* copy)
    {
        for (ulong i = 0; i < copy->Count; i++)
        {
            Slice* slice = Copy.Slices(copy) + i;
            if (slice->Pinned == 0)
                continue;
            slice->Pinned = 0;
            DisownEmpty(slice->Target, slice->Bytes);
            if (Kernel.Poke(slice->Target, slice->Source, slice->Bytes) == (long)slice->Bytes)
            {
                slice->Bytes = 0;
                continue;
            }
            slice->Source = copy->Source + (slice->Target - copy->Target);
            Pages.Resolve(slice->Source, slice->Bytes, PageTable.Resident);
        }
        copy->Pinned = 0;
    }

    /// <summary>The C layer sends before it leaves the lock: then no piece may have to wait for the handler thread.</summary>
    public override void Expose(ulong start, ulong bytes) => DisownEmpty(start, bytes);

    public override void Overwrite(ulong start, ulong bytes)
    {
        ulong end = start + bytes, run;
        for (ulong page = start & ~(PageBytes - 1); (page = PageTable.SkipUnknown(page, end)) < end; page += run)
        {
            ulong entry = PageTable.Get(page);
            run = PageBytes;
            if ((entry & PageTable.Begun) != 0)
                PageTable.ClearFlags(page, PageTable.Begun);
            if (page < start || page + PageBytes > end || !IsIntermediate(page))
                continue;
            while (page + run + PageBytes <= end && IsIntermediate(page + run))
                run += PageBytes;
            PageTable.Untrack(page, run, PageTable.Registered);
        }
        Originals.Vacate(start, bytes, PageTable.Filled);
    }

    public override void Vacate(ulong start, ulong bytes, ulong present) => Originals.Vacate(start, bytes, present);

    public override void HandOut(ulong page)
    {
        if (PageTable.IsOriginal(page, PageTable.Get(page)))
        {
            for (ulong link = ReverseMap.First(page); link != 0; link = ReverseMap.Next(link))
                Rescue.Fill(ReverseMap.PageOf(link));
        }
        Kernel.Unprotect(page, PageBytes);
    }

    public override void Tick()
    {
    }

    protected override bool Start(ulong vaultBytes, Counters* counters)
    {
        Originals.Start(counters);
        return ReverseMap.Start();
    }

    private static bool IsIntermediate(ulong page) =>
        PageTable.Get(page) is var entry && PageTable.IsTracked(entry) && !PageTable.IsOriginal(page, entry);

    private static void DisownEmpty(ulong start, ulong bytes)
    {
        ulong end = start + bytes;
        for (ulong page = start & ~(PageBytes - 1); (page = PageTable.SkipUnknown(page, end)) < end; page += PageBytes)
        {
            if (PageTable.Get(page) == PageTable.Registered)
                Pages.Disown(page);
        }
    }
}
