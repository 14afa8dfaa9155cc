using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>RLIMIT_FSIZE (ulimit -f), which ends a process by SIGXFSZ when a file would pass it.</summary>
public static class FileSizeLimit
{
    /// <summary>From now on a file that would pass the limit is an error of the system call (EFBIG), handled as a full device.</summary>
    public static void MakeItAnError() => SignalCalls.Ignore(SignalCalls.FileSizeExceeded);
}
