namespace Pkv.Zio.Preload;

/// <summary>
/// The policy: does eliding pay for what this call site receives? Copies elided are the income, touches the expense; a site that
/// loses is left alone for a while, each time longer. Under the engine's lock.
/// </summary>
internal static unsafe class Sites
{
    private const int Count = 1024;
    private const uint ReviewReceives = 64;
    private const ulong FirstPauseReceives = 256, LongestPauseReceives = 1 << 20;

    /// <summary>Pages that were touched are tried again in one review of so many receives.</summary>
    private const ulong RetryEveryReceives = 8192;

    /// <summary>A fault through the handler thread takes about as long as copying so much from memory (90 µs at 12 GB/s).</summary>
    private const ulong FaultBytes = 1 << 20;

    /// <summary>The zIO paper's bound: at most 6 % of what is elided may be touched.</summary>
    private const ulong TouchedPercent = 6;

    private static Site* s_sites;
    private static Counters* s_counters;
    private static bool s_alwaysElide;

    public static bool Start(Counters* counters, bool alwaysElide)
    {
        s_counters = counters;
        s_alwaysElide = alwaysElide;
        s_sites = (Site*)Kernel.Map((ulong)sizeof(Site) * Count);
        return s_sites is not null;
    }

    /// <summary>The site's number; sites that collide share one.</summary>
    public static ushort Find(ulong returnAddress) => (ushort)((returnAddress * 0x9E3779B97F4A7C15ul) >> 54);

    /// <summary>Counts a receive. False: leave this one alone.</summary>
    public static bool Admit(ushort number)
    {
        Site* site = s_sites + number;
        site->Receives++;
        if (s_alwaysElide)
            return true;
        if (site->Receives < site->PausedUntil)
            return false;
        if (site->Receives >= site->NextReview)
            return Review(site);
        return true;
    }

    /// <summary>May pages that were touched before be taken from the program again?</summary>
    public static bool Retries(ushort number) => s_alwaysElide || s_sites[number].Retry;

    public static void Elided(ushort number, ulong bytes) => s_sites[number].Elided += bytes;

    public static void Touched(ushort number, ulong bytes)
    {
        s_sites[number].Faults++;
        s_sites[number].Touched += bytes;
    }

    private static bool Review(Site* site)
    {
        bool loses = site->Faults > 4 &&
            (site->Touched * 100 > site->Elided * TouchedPercent || site->Faults * FaultBytes > site->Elided);
        ulong pause = Math.Max(FirstPauseReceives, site->Pause);
        if (loses)
        {
            site->PausedUntil = site->Receives + pause;
            site->Pause = Math.Min(pause * 4, LongestPauseReceives);
            s_counters->SitesSuspended++;
        }
        else if (site->Faults == 0)
        {
            site->Pause = pause / 2;
        }
        ulong resumes = Math.Max(site->Receives, site->PausedUntil);
        site->NextReview = resumes + ReviewReceives;
        site->Retry = loses || site->Receives / RetryEveryReceives != (site->Receives + ReviewReceives) / RetryEveryReceives;
        (site->Elided, site->Faults, site->Touched) = (0, 0, 0);
        return !loses;
    }

    private struct Site
    {
        public ulong Receives, PausedUntil, NextReview, Pause;
        public ulong Elided, Faults, Touched;
        public bool Retry;
    }
}
