using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>Signals of the whole process. Source: signal(2), signal(7).</summary>
public static partial class SignalCalls
{
    /// <summary>SIGXFSZ: a file would have passed RLIMIT_FSIZE.</summary>
    public const int FileSizeExceeded = 25;

    private const nint IgnoreHandler = 1; // SIG_IGN

    /// <summary>From now on the signal does nothing: the system call that caused it fails instead.</summary>
    public static void Ignore(int signal) => Signal(signal, IgnoreHandler);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
