namespace Pkv.Zio.Preload;

/// <summary>A send or write of bytes of which some are elsewhere: the kernel is pointed at them there, where the engine holds them.</summary>
internal static unsafe class Gatherer
{
    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>False: the bytes are where the program believes they are (now, if they were scattered too much).</summary>
    public static bool Begin(Gather* gather)
    {
        gather->Count = 0;
        gather->PinnedBytes = 0;
        bool fits = true;
        for (ulong i = 0; i < gather->UserCount && fits; i++)
            fits = Append(gather, gather->User[i].Base, gather->User[i].Bytes);
        if (!fits)
        {
            for (ulong i = 0; i < gather->UserCount; i++)
                Pages.Resolve(gather->User[i].Base, gather->User[i].Bytes, PageTable.Resident);
            return false;
        }
        if (gather->PinnedBytes == 0)
            return false;
        for (ulong i = 0; i < gather->Count; i++)
        {
            IoVector* piece = Gather.Out(gather) + i;
            if (Gather.Pinned(gather)[i] != 0)
                Engine.Current.Hold(piece->Base, piece->Bytes);
            else
                Engine.Current.Expose(piece->Base, piece->Bytes);
        }
        s_counters->SendsGathered++;
        s_counters->BytesFromVault += gather->PinnedBytes;
        return true;
    }

    public static void End(Gather* gather)
    {
        for (ulong i = 0; i < gather->Count; i++)
        {
            IoVector* piece = Gather.Out(gather) + i;
            if (Gather.Pinned(gather)[i] != 0)
                Engine.Current.Drop(piece->Base, piece->Bytes);
        }
    }

    private static bool Append(Gather* gather, ulong at, ulong bytes)
    {
        for (ulong end = at + bytes; at < end;)
        {
            ulong step = PageTable.PieceAt(at, end - at, out ulong content);
            byte pinned = content != 0 && content != at ? (byte)1 : (byte)0;
            if (!Append(gather, content != 0 ? content : at, step, pinned))
                return false;
            gather->PinnedBytes += pinned * step;
            at += step;
        }
        return true;
    }

    private static bool Append(Gather* gather, ulong start, ulong bytes, byte pinned)
    {
        IoVector* last = Gather.Out(gather) + gather->Count - 1;
        if (gather->Count > 0 && Gather.Pinned(gather)[gather->Count - 1] == pinned && last->Base + last->Bytes == start)
        {
            last->Bytes += bytes;
            return true;
        }
        if (gather->Count == Gather.MaxParts)
            return false;
        last[1] = new IoVector { Base = start, Bytes = bytes };
        Gather.Pinned(gather)[gather->Count++] = pinned;
        return true;
    }
}
