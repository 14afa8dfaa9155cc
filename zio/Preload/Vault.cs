namespace Pkv.Zio.Preload;

/// <summary>
/// The memory that large receives land in. Chunks of 64 pages are handed out from the front, page by page; a page lives while
/// something refers to it (a page of the program whose content it is, a receive or a send on its way), a chunk while one of its
/// pages does. Dead chunks are used again last in, first out, so that they are still in cache; those that stayed unused for a
/// whole tick go back to the kernel. Under the engine's lock.
/// </summary>
internal static unsafe class Vault
{
    public const ulong PageBytes = 4096;
    private const uint ChunkPages = 64;
    private const ulong ChunkBytes = ChunkPages * PageBytes;
    private const byte Dead = 0, Open = 1, Reserved = 2, Full = 3;

    private static ulong s_base;
    private static uint s_chunks;
    private static int* s_references;
    private static ushort* s_sites;
    private static byte* s_handedOut, s_alive, s_state;
    private static uint* s_dead, s_open;
    private static uint s_deadCount, s_deadLow, s_unbacked, s_openCount;
    private static Counters* s_counters;

    public static bool Start(ulong maxBytes, Counters* counters)
    {
        s_counters = counters;
        s_chunks = (uint)Math.Min(maxBytes / ChunkBytes, 1u << 24);
        ulong pages = (ulong)s_chunks * ChunkPages;
        s_base = (ulong)Kernel.Map(Math.Max(1, pages) * PageBytes);
        s_references = (int*)Kernel.Map((pages + 1) * sizeof(int));
        s_sites = (ushort*)Kernel.Map((pages + 1) * sizeof(ushort));
        byte* states = (byte*)Kernel.Map(3ul * s_chunks + 1);
        s_dead = (uint*)Kernel.Map((2ul * s_chunks + 1) * sizeof(uint));
        if (s_base == 0 || s_references is null || s_sites is null || states is null || s_dead is null)
            return false;
        s_handedOut = states;
        s_alive = states + s_chunks;
        s_state = states + 2 * s_chunks;
        s_open = s_dead + s_chunks;
        for (uint i = 0; i < s_chunks; i++)
            s_dead[i] = s_chunks - 1 - i;
        s_deadCount = s_deadLow = s_unbacked = s_chunks;
        s_openCount = 0;
        Account();
        return true;
    }

    /// <summary>Takes up to <paramref name="wanted"/> adjacent pages, each with one reference, and their chunk until <see cref="Settle"/>.</summary>
    /// <returns>Pages taken; 0 when the vault is full.</returns>
    public static uint Take(uint wanted, ushort site, out ulong first, out uint chunk)
    {
        (first, chunk) = (0, 0);
        if (s_openCount > 0)
            chunk = s_open[--s_openCount];
        else if (s_deadCount > 0)
            chunk = PopDead();
        else
            return 0;
        uint count = Math.Min(wanted, ChunkPages - s_handedOut[chunk]);
        uint page = chunk * ChunkPages + s_handedOut[chunk];
        for (uint i = page; i < page + count; i++)
            (s_references[i], s_sites[i]) = (1, site);
        s_handedOut[chunk] += (byte)count;
        s_alive[chunk] += (byte)count;
        s_state[chunk] = Reserved;
        first = s_base + page * PageBytes;
        return count;
    }

    /// <summary>Ends a reservation: what was not used, and let go, can be taken again.</summary>
    public static void Settle(uint chunk)
    {
        uint first = chunk * ChunkPages;
        while (s_handedOut[chunk] > 0 && s_references[first + s_handedOut[chunk] - 1] == 0)
            s_handedOut[chunk]--;
        if (s_alive[chunk] == 0)
        {
            PushDead(chunk);
        }
        else if (s_handedOut[chunk] < ChunkPages)
        {
            s_state[chunk] = Open;
            s_open[s_openCount++] = chunk;
        }
        else
        {
            s_state[chunk] = Full;
        }
    }

    /// <summary>Refers to every page that the bytes touch.</summary>
    public static void Refer(ulong start, ulong bytes)
    {
        for (uint page = PageOf(start), last = PageOf(start + bytes - 1); page <= last; page++)
            s_references[page]++;
    }

    public static void LetGo(ulong start, ulong bytes)
    {
        for (uint page = PageOf(start), last = PageOf(start + bytes - 1); page <= last; page++)
        {
            if (--s_references[page] == 0)
                Bury(page);
        }
    }

    public static bool IsSole(ulong start) => s_references[PageOf(start)] == 1;

    public static ushort SiteOf(ulong start) => s_sites[PageOf(start)];

    /// <summary>Once a second: the dead chunks that nobody needed since the last time are given back.</summary>
    public static void Trim()
    {
        uint idle = Math.Min(s_deadLow, s_deadCount);
        for (; s_unbacked < idle; s_unbacked++)
            Kernel.GiveBack(s_base + s_dead[s_unbacked] * ChunkBytes, ChunkBytes);
        s_deadLow = s_deadCount;
        Account();
    }

    private static uint PageOf(ulong address) => (uint)((address - s_base) / PageBytes);

    private static void Bury(uint page)
    {
        uint chunk = page / ChunkPages;
        if (--s_alive[chunk] != 0)
            return;
        if (s_state[chunk] == Full)
            PushDead(chunk);
        else if (s_state[chunk] == Open)
            s_handedOut[chunk] = 0;
    }

    private static void PushDead(uint chunk)
    {
        s_state[chunk] = Dead;
        s_handedOut[chunk] = 0;
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
