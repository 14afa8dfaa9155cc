using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>Limits of the process. Each returns -1 on failure. Source: getrlimit(2).</summary>
public static unsafe partial class ResourceCalls
{
    /// <summary>RLIMIT_NOFILE: one more than the highest descriptor that may be open.</summary>
    public const int NoFile = 7;

    /// <summary>Reads a limit.</summary>
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, ResourceLimit* limit);

    /// <summary>Sets a limit; raising the hard one takes privilege.</summary>
    [LibraryImport("libc", EntryPoint = "setrlimit")]
    public static partial int SetLimit(int resource, ResourceLimit* limit);
}
