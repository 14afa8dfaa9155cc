using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>struct io_uring_params, 120 bytes; offsets are those of fields within the mapped rings.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UringParameters
{
    public uint SubmissionEntries, CompletionEntries, Flags, ThreadCore, ThreadIdleMs, Features, WorkQueue, Reserved1, Reserved2, Reserved3;
    public uint SubmissionHead, SubmissionTail, SubmissionMask, SubmissionCount, SubmissionFlags, SubmissionDropped, SubmissionArray, Reserved4;
    public ulong SubmissionUser;
    public uint CompletionHead, CompletionTail, CompletionMask, CompletionCount, CompletionOverflow, CompletionEvents, CompletionFlags, Reserved5;
    public ulong CompletionUser;
}
