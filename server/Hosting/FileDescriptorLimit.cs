using System.Runtime.InteropServices;

namespace Pkv.Server.Hosting;

/// <summary>RLIMIT_NOFILE against maxclients: each client is a file descriptor, and the server needs some for itself.</summary>
internal static unsafe partial class FileDescriptorLimit
{
    /// <summary>The runtime's, the pool, the log, listening sockets; and two for each I/O thread.</summary>
    private const long ReservedDescriptors = 96;

    private const int NoFile = 7;

    /// <summary>
    /// Raises the soft limit, and where we may the hard one, to what so many clients need. Returns the limit afterwards.
    /// </summary>
    public static long Raise(long clients, int ioThreads)
    {
        Limits limits;
        if (GetLimit(NoFile, &limits) != 0)
            return long.MaxValue;
        ulong needed = (ulong)(clients + Reserved(ioThreads));
        if (limits.Soft >= needed)
            return Signed(limits.Soft);
        Limits wanted = new() { Soft = needed, Hard = Math.Max(needed, limits.Hard) };
        if (SetLimit(NoFile, &wanted) == 0)
            return Signed(wanted.Soft);
        wanted = new Limits { Soft = Math.Min(needed, limits.Hard), Hard = limits.Hard };
        return Signed(SetLimit(NoFile, &wanted) == 0 ? wanted.Soft : limits.Soft);
    }

    /// <summary>Clients that fit into so many descriptors.</summary>
    public static long ClientsWithin(long descriptors, int ioThreads) => Math.Max(0, descriptors - Reserved(ioThreads));

    private static long Reserved(int ioThreads) => ReservedDescriptors + 2L * ioThreads;

    // RLIM_INFINITY is all ones.
    private static long Signed(ulong limit) => limit > long.MaxValue ? long.MaxValue : (long)limit;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Limits* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, Limits* limits);

    /// <summary>struct rlimit, 64-bit.</summary>
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
