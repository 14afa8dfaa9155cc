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

    /// <summary>
    /// Reviews that may lose before the first pause: a program that always touches the same pages faults once for each buffer, and
    /// never again, for they stay resident. Beyond the first few it must cost less each time.
    /// </summary>
    private const uint FirstPatience = 12, BlindPatience = 3;

    /// <summary>What counts as less.</summary>
    private const ulong BetterPercent = 80;

    /// <summary>Fewer bytes elided for each hundred received are not worth the trouble, if it stays so for some reviews.</summary>
    private const ulong IdlePercent = 75;
    private const uint IdlePatience = 3;

    /// <summary>Pages that were touched are tried again after so many receives at first, and twice as many when that was without success.</summary>
    private const ulong FirstRetryReceives = 8192, LatestRetryReceives = 1 << 24;

    /// <summary>
    /// A fault takes about as long as copying so much from memory (10 µs where the handler thread keeps to the core of the thread that
    /// waits, 60 to 90 where it does not, at 12 GB/s).
    /// </summary>
    private const ulong FaultBytes = 512 << 10;

    /// <summary>The zIO paper's bound: at most 6 % of what is elided may be touched.</summary>
    private const ulong TouchedPercent = 6;

    /// <summary>
    /// Handing pages over to an heir, unprotecting and protecting the original and dropping the heir's pages again takes about as long as
    /// copying them so often. It happens with every message or never: no patience helps.
    /// </summary>
    private const ulong HandOverCopies = 6;

    /// <summary>A system call of the engine's on the program's pages takes about as long as copying so much (2 µs).</summary>
    private const ulong CallBytes = 24 << 10;

    private static Site* s_sites;
    private static ulong s_spent;
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
        if (site->Receives == site->PausedUntil)
            site->SpentBefore = s_spent;
        if (site->Receives >= site->NextReview)
            return Review(site);
        return true;
    }

    /// <summary>May pages that were touched before be taken from the program again?</summary>
    public static bool Retries(ushort number) => s_alwaysElide || s_sites[number].Retry;

    public static void Received(ushort number, ulong bytes) => s_sites[number].Received += bytes;

    public static void Elided(ushort number, ulong bytes) => s_sites[number].Elided += bytes;

    public static void Touched(ushort number, ulong bytes)
    {
        s_sites[number].Faults++;
        s_sites[number].Touched += bytes;
    }

    /// <summary>What the engine asked of the kernel, whichever site it was for: calls, and the bytes that these copy or clear.</summary>
    public static void Spent(ulong calls, ulong bytes) => s_spent += (calls * CallBytes) + bytes;

    public static void HandedOver(ushort number, ulong bytes) => s_sites[number].HandedOver += bytes;

    private static bool Review(Site* site)
    {
        bool handsOver = site->HandedOver * HandOverCopies > site->Elided;
        site->IdleReviews = site->Elided * 100 <= site->Received * IdlePercent ? site->IdleReviews + 1 : 0;
        bool idles = site->IdleReviews >= IdlePatience;
        bool isTouched = site->Faults > 4 && (site->Touched * 100 > site->Elided * TouchedPercent || site->Faults * FaultBytes > site->Elided);
        bool loses = handsOver || idles || isTouched || s_spent - site->SpentBefore > site->Elided;
        ulong cost = s_spent - site->SpentBefore + (site->Faults * FaultBytes);
        bool improves = site->Losses < BlindPatience || cost * 100 <= site->LastCost * BetterPercent;
        site->LastCost = cost;
        bool patient = !handsOver && !idles && improves && !site->HasPaused && site->Losses < FirstPatience;
        if (loses && patient)
        {
            site->Losses++;
        }
        else if (loses)
        {
            site->Pause = Math.Clamp(site->Pause * 4, FirstPauseReceives, LongestPauseReceives);
            site->PausedUntil = site->Receives + site->Pause;
            site->HasPaused = true;
            s_counters->SitesSuspended++;
        }
        PlanRetry(site);
        site->NextReview = Math.Max(site->Receives, site->PausedUntil) + ReviewReceives;
        (site->SpentBefore, site->Received, site->Elided, site->Faults, site->Touched, site->HandedOver) = (s_spent, 0, 0, 0, 0, 0);
        return !loses || patient;
    }

    private static void PlanRetry(Site* site)
    {
        if (site->Retry && site->Faults > 0)
            site->RetryEvery = Math.Min(site->RetryEvery * 2, LatestRetryReceives);
        site->RetryEvery = Math.Max(site->RetryEvery, FirstRetryReceives);
        if (site->NextRetry == 0)
            site->NextRetry = site->RetryEvery;
        site->Retry = site->Receives >= site->NextRetry || site->PausedUntil > site->Receives;
        if (site->Retry)
            site->NextRetry = Math.Max(site->Receives, site->PausedUntil) + site->RetryEvery;
    }

    private struct Site
    {
        public ulong Receives, PausedUntil, NextReview, Pause, RetryEvery, NextRetry, Losses, IdleReviews;
        public ulong Received, SpentBefore, Elided, Faults, Touched, HandedOver, LastCost;
        public bool Retry, HasPaused;
    }
}
