using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>RLIMIT_FSIZE (ulimit -f), which ends a process by SIGXFSZ when a file would pass it.</summary>
public static partial class FileSizeLimit
{
    private const int FileSizeSignal = 25, Ignore = 1;

    /// <summary>From now on a file that would pass the limit is an error of the system call (EFBIG), handled as a full device.</summary>
    public static void MakeItAnError() => Signal(FileSizeSignal, Ignore);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
