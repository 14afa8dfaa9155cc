using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>The kernel's <c>struct io_uring_params</c> (120 bytes); offsets are those of fields within the mapped rings.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoUringParameters
{
    public uint SubmissionEntries, CompletionEntries, Flags, ThreadCore, ThreadIdleMs, Features, WorkQueue;
    public fixed uint Reserved[3];
    public uint SubmissionHead, SubmissionTail, SubmissionMask, SubmissionCount, SubmissionFlags, SubmissionDropped, SubmissionArray, Reserved1;
    public ulong SubmissionUser;
    public uint CompletionHead, CompletionTail, CompletionMask, CompletionCount, CompletionOverflow, CompletionEvents, CompletionFlags, Reserved2;
    public ulong CompletionUser;
}
