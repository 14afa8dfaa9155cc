using System.Diagnostics;

namespace Pkv.Bench.Native;

/// <summary>
/// Which core runs what. A child inherits the affinity of the thread that forks it, so a server is pinned by pinning
/// the calling thread around the start; every thread the server makes later inherits it in turn.
/// </summary>
internal static unsafe class CorePinning
{
    private const int MaskWords = 16; // 1,024 cores, the size of glibc's cpu_set_t.

    private static int[]? s_allowed;

    /// <summary>Cores this process may use, lowest first: those of its start, whatever its threads were pinned to since.</summary>
    public static int[] AllowedCores() => s_allowed ??= CoresOfThisThread();

    private static int[] CoresOfThisThread()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (Libc.GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0) throw Libc.Failure("sched_getaffinity");
        List<int> cores = [];
        for (int core = 0; core < MaskWords * 64; core++)
            if ((mask[core / 64] >> (core % 64) & 1) != 0) cores.Add(core);
        return [.. cores];
    }

    /// <summary>Lets the calling thread run on these cores only.</summary>
    public static void PinThisThread(params ReadOnlySpan<int> cores)
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (int core in cores) mask[core / 64] |= 1UL << (core % 64);
        if (Libc.SetAffinity(0, MaskWords * sizeof(ulong), mask) < 0) throw Libc.Failure("sched_setaffinity");
    }

    /// <summary>Starts a child on one core; the calling thread goes on on another.</summary>
    public static Process Start(ProcessStartInfo info, int core, int ownCore)
    {
        PinThisThread(core); // inherited by the child
        try
        {
            return Process.Start(info)!;
        }
        finally
        {
            PinThisThread(ownCore);
        }
    }
}
