using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>Error numbers of system calls, as on x86-64 and arm64. Source: errno(3).</summary>
public static class Errno
{
    /// <summary>About files and devices.</summary>
    public const int ENoEnt = 2, EIo = 5, EExist = 17, ENotDir = 20, EInval = 22, ENoSpc = 28, EOpNotSupp = 95;

    /// <summary>A call that was interrupted, or would have had to wait.</summary>
    public const int EIntr = 4, EAgain = 11;

    /// <summary>About sockets and descriptors.</summary>
    public const int ENFile = 23, EMFile = 24, EPipe = 32, EConnAborted = 103, EConnReset = 104, EInProgress = 115;

    /// <summary>errno of the last call on this thread, for calls that are not declared with SetLastError. Valid only directly after it.</summary>
    public static int Current => Marshal.GetLastSystemError();

    /// <summary>The text, as strerror(3) gives it, of the last error of a call that is declared with SetLastError.</summary>
    public static string LastMessage() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
