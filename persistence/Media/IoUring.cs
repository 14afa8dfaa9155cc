using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// Many writes with one system call, through io_uring's three system calls. Source: io_uring_setup(2), io_uring_enter(2).
/// One caller at a time, any thread. Writes have no order and no barrier: on Linux 6.18, IOSQE_IO_DRAIN before an fsync in
/// the same submission waited forever.
/// </summary>
internal sealed unsafe class IoUring : IDisposable
{
    /// <summary>Writes in flight at most.</summary>
    public const int Depth = 64;

    private readonly int _ring;
    private readonly UringParameters _parameters;
    private readonly byte* _rings;
    private readonly byte* _entries;
    private readonly nuint _ringsBytes;
    private readonly nuint _entriesBytes;

    private IoUring(int ring, in UringParameters parameters)
    {
        _ring = ring;
        _parameters = parameters;
        _ringsBytes = Math.Max(parameters.SubmissionArray + parameters.SubmissionEntries * sizeof(uint),
            parameters.CompletionEvents + parameters.CompletionEntries * UringCalls.CompletionBytes);
        _entriesBytes = parameters.SubmissionEntries * UringCalls.EntryBytes;
        _rings = (byte*)Map(_ringsBytes, 0);
        _entries = (byte*)Map(_entriesBytes, UringCalls.SubmissionEntriesOffset);
    }

    /// <summary>Null where the kernel has none or forbids it (containers often do).</summary>
    public static IoUring? TryOpen()
    {
        UringParameters parameters = new() { Flags = UringCalls.CooperativeTaskRun };
        nint ring = UringCalls.Setup(Depth, &parameters);
        if (ring < 0)
        {
            parameters = default; // older than Linux 5.19
            ring = UringCalls.Setup(Depth, &parameters);
        }
        if (ring < 0)
            return null;
        IoUring opened = new((int)ring, parameters);
        if ((parameters.Features & UringCalls.SingleMap) != 0 && opened._rings != (byte*)MemoryCalls.MapFailed && opened._entries != (byte*)MemoryCalls.MapFailed)
            return opened;
        opened.Dispose();
        return null;
    }

    /// <summary>
    /// Writes up to <see cref="Depth"/> runs of memory to the file and waits for all of them. True: each was written
    /// completely. False: at least one was not; none is in flight any more.
    /// </summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="memory">Holds at each offset what the file shall hold there.</param>
    /// <param name="runs">What to write.</param>
    /// <param name="flags">RWF_ flags of each write.</param>
    public bool Write(int descriptor, byte* memory, ReadOnlySpan<BlockRun> runs, int flags)
    {
        for (int i = 0; i < runs.Length; i++)
            Queue(descriptor, memory + runs[i].Offset, runs[i], flags, i);
        int unsubmitted = runs.Length, inFlight = 0;
        bool whole = true;
        while (unsubmitted + inFlight > 0)
        {
            nint submitted = UringCalls.Enter(_ring, unsubmitted, Math.Max(1, unsubmitted + inFlight));
            if (submitted > 0)
            {
                unsubmitted -= (int)submitted;
                inFlight += (int)submitted;
            }
            else if (submitted < 0 && Marshal.GetLastPInvokeError() != Errno.EIntr && inFlight == 0)
            {
                // Nothing was taken and nothing is in flight: the entries are called back.
                *(uint*)(_rings + _parameters.SubmissionTail) -= (uint)unsubmitted;
                return false;
            }
            whole &= Reap(runs, ref inFlight);
        }
        return whole;
    }

    public void Dispose()
    {
        if (_entries != (byte*)MemoryCalls.MapFailed)
            MemoryCalls.Munmap((nint)_entries, _entriesBytes);
        if (_rings != (byte*)MemoryCalls.MapFailed)
            MemoryCalls.Munmap((nint)_rings, _ringsBytes);
        FileCalls.Close(_ring);
    }

    private void Queue(int descriptor, byte* source, BlockRun run, int flags, int tag)
    {
        uint* tail = (uint*)(_rings + _parameters.SubmissionTail);
        uint index = *tail & *(uint*)(_rings + _parameters.SubmissionMask);
        byte* entry = _entries + index * UringCalls.EntryBytes;
        new Span<byte>(entry, UringCalls.EntryBytes).Clear();
        entry[0] = UringCalls.OpWrite;
        *(int*)(entry + 4) = descriptor;
        *(long*)(entry + 8) = run.Offset;
        *(byte**)(entry + 16) = source;
        *(int*)(entry + 24) = (int)run.Bytes;
        *(int*)(entry + 28) = flags;
        *(long*)(entry + 32) = tag;
        ((uint*)(_rings + _parameters.SubmissionArray))[index] = index;
        Volatile.Write(ref *tail, *tail + 1); // release: the kernel must see the entry before the tail
    }

    private bool Reap(ReadOnlySpan<BlockRun> runs, ref int inFlight)
    {
        bool whole = true;
        uint* head = (uint*)(_rings + _parameters.CompletionHead);
        while (*head != Volatile.Read(ref *(uint*)(_rings + _parameters.CompletionTail)))
        {
            byte* completion = _rings + _parameters.CompletionEvents + (*head & *(uint*)(_rings + _parameters.CompletionMask)) * UringCalls.CompletionBytes;
            whole &= *(int*)(completion + 8) == runs[(int)*(long*)completion].Bytes;
            Volatile.Write(ref *head, *head + 1); // release: the kernel may use the place again
            inFlight--;
        }
        return whole;
    }

    private nint Map(nuint bytes, long offset) =>
        MemoryCalls.Mmap(0, bytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapShared | MemoryCalls.MapPopulate, _ring, offset);
}
