namespace Pkv.Zio.Preload;

/// <summary>
/// A receive by way of the vault: whole pages of the program's buffer land in the vault and stay there; what shares a page with
/// other bytes goes to the program, unless that page is in the vault already. Both halves run under the engine's lock; between them
/// the kernel writes to vault pages that nobody else knows.
/// </summary>
internal static unsafe class Receiver
{
    /// <summary>Vault taken ahead for one receive at most; the rest of a larger buffer is received as always.</summary>
    private const ulong MaxVaultBytes = 4 << 20;

    /// <summary>Pieces after which everything is one piece, so that there is one left for each of the program's parts.</summary>
    private const ulong LastPiece = Receive.MaxPieces - 18;

    private static Counters* s_counters;

    public static void Start(Counters* counters) => s_counters = counters;

    /// <summary>Lays out where the kernel shall write. False: nothing of it would go to the vault.</summary>
    public static bool Begin(Receive* receive)
    {
        Supply supply = new() { Receive = receive, Site = Sites.Find(receive->Site), Left = MaxVaultBytes };
        if (PageTable.IsForking || !Sites.Admit(supply.Site))
            return false;
        bool any = false;
        for (ulong i = 0; i < receive->UserCount; i++)
            any |= LayOut(ref supply, receive->User[i].Base, receive->User[i].Bytes);
        if (!any)
        {
            SettleChunks(receive);
            receive->PieceCount = 0;
        }
        return any;
    }

    /// <summary>The kernel wrote so many bytes: they are the pages' content now.</summary>
    public static void End(Receive* receive, ulong received)
    {
        ulong left = received;
        for (ulong i = 0; i < receive->PieceCount; i++)
        {
            Piece* piece = Receive.Pieces(receive) + i;
            ulong bytes = Math.Min(left, piece->Bytes);
            left -= bytes;
            if (piece->Vault == 0)
                continue;
            if (piece->Reserved == 0)
                CommitInPlace(receive, piece, bytes);
            else if (bytes > 0)
                Commit(receive, piece, bytes);
            s_counters->BytesToVault += bytes;
        }
        s_counters->ReceivesToVault++;
        Sites.Received(Sites.Find(receive->Site), received);
        SettleChunks(receive);
    }

    /// <summary>What had to be copied to the program after all was copied.</summary>
    public static void EndLate(Receive* receive)
    {
        for (ulong i = 0; i < receive->LateCount; i++)
            Vault.Unpin(Receive.Late(receive)[i].Base, Receive.Late(receive)[i].Bytes);
    }

    private static bool LayOut(ref Supply supply, ulong at, ulong bytes)
    {
        bool any = false;
        for (ulong end = at + bytes; at < end;)
        {
            ulong page = at & ~(Vault.PageBytes - 1);
            Piece piece = new() { Program = at, Bytes = Math.Min(end, page + Vault.PageBytes) - at };
            if (supply.Receive->PieceCount >= LastPiece)
                piece.Bytes = end - at;
            else if (piece.Bytes == Vault.PageBytes)
                PlaceWhole(ref supply, ref piece, end - at);
            else
                PlacePart(ref supply, ref piece, page);
            if (piece.Vault == 0)
            {
                // Fewer bytes may come, or none: what the pages have is kept.
                Pages.Resolve(at, piece.Bytes, PageTable.Resident);
                Pages.MakePresent(at, piece.Bytes);
            }
            any |= piece.Vault != 0;
            Append(supply.Receive, piece);
            at += piece.Bytes;
        }
        return any;
    }

    /// <summary>Finds as many whole pages as are alike a place in the vault, if they shall have one.</summary>
    private static void PlaceWhole(ref Supply supply, ref Piece piece, ulong bytes)
    {
        ulong entry = PageTable.Get(piece.Program);
        piece.Bytes = PageTable.KindRun(piece.Program, bytes & ~(Vault.PageBytes - 1));
        if ((entry & PageTable.Refused) != 0 || !Pages.MayEmpty(piece.Program, piece.Bytes, supply.Site))
            return;
        // What the kernel would refuse to write to must be refused now, not when the bytes are here.
        if (PageTable.KindOf(entry) == 0 && !Pages.MayAdopt(piece.Program, piece.Bytes))
            return;
        ulong fresh = supply.Next(piece.Bytes, out ulong there);
        if (fresh != 0)
            (piece.Vault, piece.Reserved, piece.Bytes) = (fresh, 1, there);
    }

    /// <summary>A part of a page goes to the vault only if the page is there.</summary>
    private static void PlacePart(ref Supply supply, ref Piece piece, ulong page)
    {
        ulong vault = PageTable.ContentOf(PageTable.Get(page)), offset = piece.Program - page;
        if (vault == 0)
            return;
        if (vault % Vault.PageBytes == 0 && !Vault.IsShared(vault))
        {
            piece.Vault = vault + offset;
            Vault.Pin(piece.Vault, piece.Bytes);
            return;
        }
        ulong fresh = supply.Next(Vault.PageBytes, out _);
        if (fresh != 0)
            (piece.Vault, piece.Reserved) = (fresh + offset, 1);
    }

    private static void Append(Receive* receive, Piece piece)
    {
        Piece* last = Receive.Pieces(receive) + receive->PieceCount - 1;
        IoVector* output = Receive.Out(receive) + receive->PieceCount - 1;
        bool joins = receive->PieceCount > 0 && last->Program + last->Bytes == piece.Program && piece.Reserved == last->Reserved &&
            (piece.Vault == 0 ? last->Vault == 0 : piece.Reserved == 1 && last->Vault + last->Bytes == piece.Vault);
        if (joins)
        {
            last->Bytes += piece.Bytes;
            output->Bytes += piece.Bytes;
            return;
        }
        last[1] = piece;
        output[1] = new IoVector { Base = piece.Vault != 0 ? piece.Vault : piece.Program, Bytes = piece.Bytes };
        receive->PieceCount++;
    }

    private static void Commit(Receive* receive, Piece* piece, ulong received)
    {
        Vault.Fill(piece->Vault, received);
        for (ulong done = 0; done < received;)
        {
            ulong at = piece->Program + done, page = at & ~(Vault.PageBytes - 1), vault = piece->Vault + done;
            ulong step = Math.Min(received - done, page + Vault.PageBytes - at);
            if (step == Vault.PageBytes)
                step = CommitWhole(receive, page, vault, (received - done) & ~(Vault.PageBytes - 1));
            else
                CommitPart(receive, page, at - page, vault, step);
            done += step;
        }
    }

    /// <summary>Whole pages: they are tracked now, where they can be.</summary>
    private static ulong CommitWhole(Receive* receive, ulong page, ulong vault, ulong atMost)
    {
        ulong run = PageTable.KindRun(page, atMost);

        if (Pages.TryEmpty(page, run))
            PageTable.Track(page, vault, run);
        else
            CopyLate(receive, page, vault, run);
        return run;
    }

    /// <summary>Written where the page's content is; or was: another thread may have touched the page meanwhile.</summary>
    private static void CommitInPlace(Receive* receive, Piece* piece, ulong bytes)
    {
        ulong page = piece->Vault & ~(Vault.PageBytes - 1);
        if (bytes > 0 && PageTable.ContentOf(PageTable.Get(piece->Program)) != page)
            CopyLate(receive, piece->Program, piece->Vault, bytes);
        Vault.Unpin(piece->Vault, piece->Bytes);
    }

    /// <summary>A part of a page: it joins the rest of it, in the vault if that is there, otherwise in the program.</summary>
    private static void CommitPart(Receive* receive, ulong page, ulong offset, ulong vault, ulong bytes)
    {
        ulong entry = PageTable.Get(page);
        if (!PageTable.IsTracked(entry))
        {
            CopyLate(receive, page + offset, vault, bytes);
            return;
        }
        ulong old = PageTable.ContentOf(entry), fresh = vault - offset;
        Kernel.Move(fresh, old, offset);
        Kernel.Move(vault + bytes, old + offset + bytes, Vault.PageBytes - offset - bytes);
        PageTable.Track(page, fresh, Vault.PageBytes);
    }

    private static void CopyLate(Receive* receive, ulong target, ulong vault, ulong bytes)
    {
        if (receive->LateCount == Receive.MaxPieces)
        {
            // The write must not wait for the handler thread.
            Pages.GiveUp(target, bytes);
            _ = Kernel.Poke(target, vault, bytes);
            return;
        }
        Pages.MakePresent(target, bytes);
        Vault.Pin(vault, bytes);
        Receive.Late(receive)[receive->LateCount] = new IoVector { Base = vault, Bytes = bytes };
        Receive.LateTarget(receive)[receive->LateCount++] = target;
    }

    private static void SettleChunks(Receive* receive)
    {
        for (ulong i = 0; i < receive->ChunkCount; i++)
            Vault.Settle(Receive.Chunks(receive)[i]);
        receive->ChunkCount = 0;
    }

    /// <summary>Fresh vault pages, from one chunk after the other.</summary>
    private struct Supply
    {
        public Receive* Receive;
        public ushort Site;
        public ulong Left;
        private ulong _next, _bytes;

        /// <summary>Adjacent pages: <paramref name="there"/> bytes of those wanted. 0 when there are none.</summary>
        public ulong Next(ulong wanted, out ulong there)
        {
            if (_bytes == 0 && Left > 0 && Receive->ChunkCount < Preload.Receive.MaxPieces)
            {
                _bytes = Math.Min(Vault.Take(Site, out _next, out uint chunk) * Vault.PageBytes, Left);
                if (_bytes > 0)
                    Preload.Receive.Chunks(Receive)[Receive->ChunkCount++] = chunk;
                Left -= _bytes;
            }
            there = Math.Min(wanted, _bytes);
            ulong first = _bytes == 0 ? 0 : _next;
            _next += there;
            _bytes -= there;
            return first;
        }
    }
}
