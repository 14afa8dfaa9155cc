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
        if (!Sites.Admit(supply.Site))
            return false;
        bool any = false;
        for (ulong i = 0; i < receive->UserCount; i++)
            any |= LayOut(ref supply, receive->User[i].Base, receive->User[i].Bytes);
        supply.ReturnRest();
        if (!any)
        {
            for (ulong i = 0; i < receive->ChunkCount; i++)
                Vault.Settle(Receive.Chunks(receive)[i]);
            receive->PieceCount = receive->ChunkCount = 0;
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
                Vault.LetGo(piece->Vault, piece->Bytes);
            else
                Commit(receive, piece, bytes);
            s_counters->BytesToVault += bytes;
        }
        s_counters->ReceivesToVault++;
        if (receive->LateCount == 0)
            SettleChunks(receive);
    }

    /// <summary>What had to be copied to the program after all was copied.</summary>
    public static void EndLate(Receive* receive)
    {
        for (ulong i = 0; i < receive->LateCount; i++)
            Vault.LetGo(Receive.Late(receive)[i].Base, Receive.Late(receive)[i].Bytes);
        SettleChunks(receive);
    }

    private static bool LayOut(ref Supply supply, ulong at, ulong bytes)
    {
        bool any = false;
        for (ulong end = at + bytes; at < end;)
        {
            ulong page = at & ~(Vault.PageBytes - 1), step = Math.Min(end, page + Vault.PageBytes) - at;
            if (supply.Receive->PieceCount >= LastPiece)
            {
                Pages.Resolve(at, end - at);
                Append(supply.Receive, new Piece { Program = at, Bytes = end - at });
                break;
            }
            Piece piece = new() { Program = at, Bytes = step };
            Place(ref supply, ref piece, page, (end - at) / Vault.PageBytes + 1);
            if (piece.Vault == 0)
                Pages.Resolve(page, Vault.PageBytes);
            any |= piece.Vault != 0;
            Append(supply.Receive, piece);
            at += step;
        }
        return any;
    }

    /// <summary>Finds the bytes of one page a place in the vault, if they shall have one.</summary>
    private static void Place(ref Supply supply, ref Piece piece, ulong page, ulong pagesAhead)
    {
        ulong entry = PageTable.Get(page);
        bool tracked = PageTable.IsTracked(entry), whole = piece.Bytes == Vault.PageBytes;
        if (!tracked && (!whole || (entry & PageTable.Refused) != 0))
            return;
        if ((entry & PageTable.Resident) != 0 && !Sites.Retries(supply.Site))
            return;
        ulong vault = PageTable.VaultOf(entry), offset = piece.Program - page;
        if (tracked && !whole && vault % Vault.PageBytes == 0 && Vault.IsSole(vault))
        {
            Vault.Refer(vault, Vault.PageBytes);
            piece.Vault = vault + offset;
            return;
        }
        ulong fresh = supply.Next(pagesAhead);
        if (fresh != 0)
            (piece.Vault, piece.Reserved) = (fresh + offset, 1);
    }

    private static void Append(Receive* receive, Piece piece)
    {
        Piece* last = Receive.Pieces(receive) + receive->PieceCount - 1;
        IoVector* output = Receive.Out(receive) + receive->PieceCount - 1;
        bool joins = receive->PieceCount > 0 && last->Program + last->Bytes == piece.Program &&
            (piece.Vault == 0 ? last->Vault == 0
                : last->Vault != 0 && last->Vault + last->Bytes == piece.Vault && last->Reserved == 1 && piece.Reserved == 1);
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
        ulong done = 0;
        while (done < piece->Bytes)
        {
            ulong at = piece->Program + done, page = at & ~(Vault.PageBytes - 1);
            ulong step = Math.Min(piece->Bytes - done, page + Vault.PageBytes - at);
            if (done >= received)
                Vault.LetGo(piece->Vault + done, step);
            else if (step == Vault.PageBytes && received - done >= step)
                step = CommitRun(receive, page, piece->Vault + done, (received - done) & ~(Vault.PageBytes - 1));
            else
                CommitPart(receive, page, at - page, piece->Vault + done, Math.Min(step, received - done));
            done += step;
        }
    }

    /// <summary>Whole pages: they are tracked now, where they can be.</summary>
    private static ulong CommitRun(Receive* receive, ulong page, ulong vault, ulong atMost)
    {
        ulong kind = Pages.KindOf(PageTable.Get(page)), run = Vault.PageBytes;
        while (run < atMost && Pages.KindOf(PageTable.Get(page + run)) == kind)
            run += Vault.PageBytes;
        if (!Pages.TryEmpty(page, run))
        {
            CopyLate(receive, page, vault, run);
            return run;
        }
        for (ulong done = 0; done < run; done += Vault.PageBytes)
            PageTable.Track(page + done, vault + done);
        return run;
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
        ulong old = PageTable.VaultOf(entry), fresh = vault - offset;
        Kernel.Move(fresh, old, offset);
        Kernel.Move(vault + bytes, old + offset + bytes, Vault.PageBytes - offset - bytes);
        PageTable.Track(page, fresh);
    }

    private static void CopyLate(Receive* receive, ulong target, ulong vault, ulong bytes)
    {
        if (receive->LateCount == Receive.MaxPieces)
        {
            // Only pages that could not be registered come in such numbers: writing to them waits for nobody.
            Kernel.Poke(target, vault, bytes);
            Vault.LetGo(vault, bytes);
            return;
        }
        Receive.Late(receive)[receive->LateCount] = new IoVector { Base = vault, Bytes = bytes };
        Receive.LateTarget(receive)[receive->LateCount++] = target;
    }

    private static void SettleChunks(Receive* receive)
    {
        for (ulong i = 0; i < receive->ChunkCount; i++)
            Vault.Settle(Receive.Chunks(receive)[i]);
        receive->ChunkCount = 0;
    }

    /// <summary>Fresh vault pages, taken from one chunk after the other.</summary>
    private struct Supply
    {
        public Receive* Receive;
        public ushort Site;
        public ulong Left;
        private ulong _next, _count;

        public ulong Next(ulong pagesAhead)
        {
            if (_count == 0 && Left >= Vault.PageBytes && Receive->ChunkCount < Preload.Receive.MaxPieces)
            {
                ulong wanted = Math.Min(pagesAhead, Left / Vault.PageBytes);
                _count = Vault.Take((uint)wanted, Site, out _next, out uint chunk);
                if (_count > 0)
                    Preload.Receive.Chunks(Receive)[Receive->ChunkCount++] = chunk;
                Left -= _count * Vault.PageBytes;
            }
            if (_count == 0)
                return 0;
            ulong page = _next;
            _next += Vault.PageBytes;
            _count--;
            return page;
        }

        public void ReturnRest()
        {
            if (_count > 0)
                Vault.LetGo(_next, _count * Vault.PageBytes);
            _count = 0;
        }
    }
}
