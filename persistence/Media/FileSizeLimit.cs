using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>RLIMIT_FSIZE (ulimit -f): by default SIGXFSZ ends a process that makes a file larger.</summary>
public static class FileSizeLimit
{
    /// <summary>From now on a file that would pass the limit is an error of the system call (EFBIG), handled as a full device.</summary>
    public static void MakeItAnError() => SignalCalls.Ignore(SignalCalls.FileSizeExceeded);
}
