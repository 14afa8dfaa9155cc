using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// io_uring's own system calls, which the C library does not wrap. Each returns -1 on failure and leaves errno in
/// <see cref="Marshal.GetLastPInvokeError"/>. Source: io_uring_setup(2), io_uring_enter(2).
/// </summary>
public static unsafe partial class UringCalls
{
    /// <summary>IORING_SETUP_COOP_TASKRUN (Linux 5.19): completions run when the thread enters the kernel anyway.</summary>
    public const uint CooperativeTaskRun = 1 << 8;

    /// <summary>IORING_FEAT_SINGLE_MMAP: submission and completion ring lie in one mapping.</summary>
    public const uint SingleMap = 1;

    /// <summary>IORING_OP_WRITE.</summary>
    public const byte OpWrite = 23;

    /// <summary>Size of a submission entry and of a completion, bytes.</summary>
    public const int EntryBytes = 64, CompletionBytes = 16;

    /// <summary>Offset by which the submission entries are mapped (IORING_OFF_SQES); the rings are at 0.</summary>
    public const long SubmissionEntriesOffset = 0x10000000;

    private const int SetupNumber = 425, EnterNumber = 426;
    private const nint GetEvents = 1;

    /// <summary>Creates a ring with room for <paramref name="entries"/> submissions. Returns its descriptor and fills in the parameters.</summary>
    public static nint Setup(int entries, UringParameters* parameters) => SystemCall(SetupNumber, entries, (nint)parameters, 0, 0, 0, 0);

    /// <summary>Submits entries and waits for completions. Returns how many entries were taken.</summary>
    public static nint Enter(int ring, int submissions, int completions) => SystemCall(EnterNumber, ring, submissions, completions, GetEvents, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);
}
