namespace Pkv.Zio.Preload;

/// <summary>
/// The memory that large receives land in: chunks of 64 pages, filled from the front. A chunk lives while something refers to it:
/// pages of the program whose content it holds, and receives, sends and copies in flight. References are counted by chunk, not by
/// page, so that a copy of a whole message costs a few additions. Dead chunks are used again last in, first out, while they are still in
/// cache; those that stayed unused for a whole tick go back to the kernel. Under the engine's lock.
/// </summary>
internal static unsafe class Vault
{
    public const ulong PageBytes = 4096;
    private const int ChunkShift = 18;
    private const ulong ChunkBytes = 1ul << ChunkShift;
    private const uint ChunkPages = (uint)(ChunkBytes / PageBytes);
    private const byte Dead = 0, Open = 1, Reserved = 2, Full = 3;

    private static ulong s_base;
    private static uint s_chunks;
    private static int* s_references;
    private static ushort* s_sites;
    private static byte* s_shared, s_filled, s_state;
    private static uint* s_dead, s_open;
    private static uint s_deadCount, s_deadLow, s_unbacked, s_openCount;
    private static Counters* s_counters;

    public static bool Start(ulong maxBytes, Counters* counters)
    {
        s_counters = counters;
        s_chunks = (uint)Math.Min(maxBytes / ChunkBytes, 1u << 24);
        ulong pages = (ulong)s_chunks * ChunkPages;
        s_base = (ulong)Kernel.MapHuge(Math.Max(1, pages) * PageBytes);
        s_references = (int*)Kernel.Map((s_chunks + 1ul) * sizeof(int));
        s_sites = (ushort*)Kernel.Map((pages + 1) * sizeof(ushort));
        s_shared = (byte*)Kernel.Map(pages + 1);
        s_filled = (byte*)Kernel.Map(s_chunks + 1ul);
        s_state = (byte*)Kernel.Map(s_chunks + 1ul);
        s_dead = (uint*)Kernel.Map((2ul * s_chunks + 1) * sizeof(uint));
        if (s_base == 0 || s_references is null || s_sites is null || s_shared is null || s_filled is null || s_state is null || s_dead is null)
            return false;
        s_open = s_dead + s_chunks;
        for (uint i = 0; i < s_chunks; i++)
            s_dead[i] = s_chunks - 1 - i;
        s_deadCount = s_deadLow = s_unbacked = s_chunks;
        s_openCount = 0;
        Account();
        return true;
    }

    /// <summary>Takes a chunk's free pages, and the chunk until <see cref="Settle"/>.</summary>
    /// <returns>Adjacent pages from <paramref name="first"/> on; 0 when the vault is full.</returns>
    public static uint Take(ushort site, out ulong first, out uint chunk)
    {
        (first, chunk) = (0, 0);
        if (s_openCount > 0)
            chunk = s_open[--s_openCount];
        else if (s_deadCount > 0)
            chunk = PopDead();
        else
            return 0;
        uint page = chunk * ChunkPages + s_filled[chunk], count = ChunkPages - s_filled[chunk];
        new Span<ushort>(s_sites + page, (int)count).Fill(site);
        new Span<byte>(s_shared + page, (int)count).Clear();
        s_references[chunk]++;
        s_state[chunk] = Reserved;
        first = s_base + page * PageBytes;
        return count;
    }

    /// <summary>Reserved pages that hold something now.</summary>
    public static void Fill(ulong start, ulong bytes)
    {
        for (uint chunk = ChunkOf(start), last = ChunkOf(start + bytes - 1); chunk <= last; chunk++)
        {
            ulong end = Math.Min(start + bytes, s_base + (chunk + 1) * ChunkBytes);
            s_filled[chunk] = (byte)Math.Max(s_filled[chunk], (end - 1 - s_base) / PageBytes % ChunkPages + 1);
        }
    }

    /// <summary>Ends a reservation.</summary>
    public static void Settle(uint chunk)
    {
        s_state[chunk] = Full;
        if (s_filled[chunk] < ChunkPages && s_references[chunk] > 1)
        {
            s_state[chunk] = Open;
            s_open[s_openCount++] = chunk;
        }
        LetGo(chunk, 1);
    }

    /// <summary>Refers to bytes: a send, copy or receive that is in flight.</summary>
    public static void Pin(ulong start, ulong bytes)
    {
        for (uint chunk = ChunkOf(start), last = ChunkOf(start + bytes - 1); chunk <= last; chunk++)
            s_references[chunk]++;
    }

    public static void Unpin(ulong start, ulong bytes)
    {
        for (uint chunk = ChunkOf(start), last = ChunkOf(start + bytes - 1); chunk <= last; chunk++)
            LetGo(chunk, 1);
    }

    /// <summary>Refers to the contents of so many pages, which follow each other from here on.</summary>
    public static void Refer(ulong start, ulong pages)
    {
        while (pages > 0)
        {
            uint chunk = ChunkOf(start);
            ulong here = PagesStartingIn(chunk, start, pages);
            s_references[chunk] += (int)here;
            start += here * PageBytes;
            if (ChunkOf(start - 1) != chunk)
                s_references[chunk + 1]++;
            pages -= here;
        }
    }

    /// <summary>Undoes <see cref="Refer"/>.</summary>
    public static void LetGo(ulong start, ulong pages)
    {
        while (pages > 0)
        {
            uint chunk = ChunkOf(start);
            ulong here = PagesStartingIn(chunk, start, pages);
            start += here * PageBytes;
            if (ChunkOf(start - 1) != chunk)
                LetGo(chunk + 1, 1);
            LetGo(chunk, (int)here);
            pages -= here;
        }
    }

    /// <summary>More than one page of the program may have this content from now on.</summary>
    public static void Share(ulong start, ulong bytes)
    {
        ulong first = (start - s_base) / PageBytes, last = (start + bytes - 1 - s_base) / PageBytes;
        new Span<byte>(s_shared + first, (int)(last - first + 1)).Fill(1);
    }

    public static bool IsShared(ulong start) => s_shared[(start - s_base) / PageBytes] != 0;

    /// <summary>The call site that received these bytes.</summary>
    public static ushort SiteOf(ulong start) => s_sites[(start - s_base) / PageBytes];

    /// <summary>Once a second: the dead chunks that nobody needed since the last time are given back.</summary>
    public static void Trim()
    {
        uint idle = Math.Min(s_deadLow, s_deadCount);
        for (; s_unbacked < idle; s_unbacked++)
            Kernel.GiveBack(s_base + s_dead[s_unbacked] * ChunkBytes, ChunkBytes);
        s_deadLow = s_deadCount;
        Account();
    }

    private static uint ChunkOf(ulong address) => (uint)((address - s_base) >> ChunkShift);

    private static ulong PagesStartingIn(uint chunk, ulong start, ulong atMost)
    {
        ulong left = s_base + ((chunk + 1ul) << ChunkShift) - start;
        return Math.Min(atMost, (left + PageBytes - 1) / PageBytes);
    }

    private static void LetGo(uint chunk, int references)
    {
        if ((s_references[chunk] -= references) != 0)
            return;
        s_filled[chunk] = 0;
        if (s_state[chunk] != Full)
            return;
        s_state[chunk] = Dead;
        s_dead[s_deadCount++] = chunk;
    }

    private static uint PopDead()
    {
        uint chunk = s_dead[--s_deadCount];
        s_deadLow = Math.Min(s_deadLow, s_deadCount);
        if (s_deadCount < s_unbacked)
        {
            s_unbacked = s_deadCount;
            Account();
        }
        return chunk;
    }

    private static void Account()
    {
        s_counters->VaultBytesHeld = (s_chunks - s_unbacked) * ChunkBytes;
        s_counters->VaultBytesPeak = Math.Max(s_counters->VaultBytesPeak, s_counters->VaultBytesHeld);
    }
}
