using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>Signals of the whole process. Source: signal(2), signal(7).</summary>
public static partial class SignalCalls
{
    /// <summary>SIGXFSZ: a file would have passed RLIMIT_FSIZE.</summary>
    public const int FileSizeExceeded = 25;

    /// <summary>SIGHUP: a terminal is gone, or a service manager asks for files to be reopened.</summary>
    public const int HangUp = 1;

    private const nint DefaultHandler = 0; // SIG_DFL
    private const nint IgnoreHandler = 1; // SIG_IGN

    /// <summary>From now on the signal does nothing: the system call that caused it fails instead.</summary>
    public static void Ignore(int signal) => Signal(signal, IgnoreHandler);

    /// <summary>The signal does again what it does by default: the runtime hands on none that was ignored when the process began (nohup).</summary>
    public static void RestoreDefault(int signal) => Signal(signal, DefaultHandler);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
