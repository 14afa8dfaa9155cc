using Pkv.Linux;

namespace Pkv.Server.Hosting;

/// <summary>
/// RLIMIT_NOFILE and maxclients: each client is a file descriptor, and those that the server needs for itself are set aside
/// first. .NET keeps two open for every loaded assembly, about 110 in all, and ends the process if it cannot open one that
/// it needs, so open descriptors are counted, not estimated.
/// </summary>
internal static unsafe class FileDescriptorLimit
{
    /// <summary>
    /// Kept free beyond what is open when the server begins to listen: assemblies that a rare command loads, files that INFO and
    /// CONFIG REWRITE open for a moment, the log when it is reopened, a refused client's socket.
    /// </summary>
    public const int Headroom = 32;

    /// <summary>Assumed if /proc does not show the open descriptors.</summary>
    private const int OpenByDefault = 160;

    /// <summary>
    /// Raises the soft limit, and the hard one if permitted, to what this many clients and the server itself need.
    /// Returns the limit afterwards.
    /// </summary>
    public static long Raise(long clients, long own)
    {
        ResourceLimit limits;
        if (ResourceCalls.GetLimit(ResourceCalls.NoFile, &limits) != 0)
            return long.MaxValue;
        ulong needed = (ulong)(clients + own);
        if (limits.Soft >= needed)
            return Signed(limits.Soft);
        ResourceLimit wanted = new() { Soft = needed, Hard = Math.Max(needed, limits.Hard) };
        if (ResourceCalls.SetLimit(ResourceCalls.NoFile, &wanted) == 0)
            return Signed(wanted.Soft);
        wanted = new ResourceLimit { Soft = Math.Min(needed, limits.Hard), Hard = limits.Hard };
        return Signed(ResourceCalls.SetLimit(ResourceCalls.NoFile, &wanted) == 0 ? wanted.Soft : limits.Soft);
    }

    /// <summary>Descriptors that the server uses or sets aside for itself while this many clients are connected.</summary>
    public static long Own(long clients) => Math.Max(0, OpenNow() - clients) + Headroom;

    private static long OpenNow()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OpenByDefault;
        }
    }

    // RLIM_INFINITY is all ones.
    private static long Signed(ulong limit) => limit > long.MaxValue ? long.MaxValue : (long)limit;
}
