using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>Limits and priority of the process. Each returns -1 on failure. Source: getrlimit(2), setpriority(2).</summary>
public static unsafe partial class ResourceCalls
{
    /// <summary>RLIMIT_NOFILE: one more than the highest descriptor that may be open.</summary>
    public const int NoFile = 7;

    /// <summary>PRIO_PROCESS, which on Linux means a thread: 0 is the caller.</summary>
    public const int PriorityOfThread = 0;

    /// <summary>Sets how nice a thread is, from -20 to 19.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    public static partial int SetPriority(int which, int who, int niceness);

    /// <summary>Reads a limit.</summary>
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, ResourceLimit* limit);

    /// <summary>Sets a limit; raising the hard one takes privilege.</summary>
    [LibraryImport("libc", EntryPoint = "setrlimit")]
    public static partial int SetLimit(int resource, ResourceLimit* limit);
}
