namespace Pkv.Bench.Native;

/// <summary>
/// A minimal io_uring through its three system calls: fixed-buffer durable writes and nothing else. Source: the
/// io_uring_setup(2), io_uring_enter(2), io_uring_register(2) manual pages. For one thread.
/// </summary>
internal sealed unsafe class IoUring : IDisposable
{
    private const int SetupNumber = 425, EnterNumber = 426, RegisterNumber = 427;
    private const uint SingleIssuer = 1 << 12, DeferTaskRun = 1 << 13, GetEvents = 1, SingleMap = 1;
    private const long SubmissionEntriesOffset = 0x10000000;
    private const int EntryBytes = 64, CompletionBytes = 16;
    private const byte WriteFixed = 5;
    private const uint WriteDataSync = 2; // RWF_DSYNC

    private readonly int _ring;
    private readonly byte* _rings;
    private readonly byte* _entries;
    private readonly nuint _ringsBytes;
    private readonly nuint _entriesBytes;
    private readonly IoUringParameters _parameters;
    private uint _unsubmitted;

    /// <param name="depth">Most writes in flight; a power of two.</param>
    /// <param name="buffer">The one registered buffer: its pages stay pinned.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel has none, or forbids it.</exception>
    public IoUring(int depth, NativeBuffer buffer)
    {
        IoUringParameters parameters = new() { Flags = SingleIssuer | DeferTaskRun };
        nint ring = DiskCalls.SystemCall(SetupNumber, depth, (nint)(&parameters), 0, 0, 0, 0);
        if (ring < 0)
        {
            parameters = default; // older than Linux 6.1
            ring = DiskCalls.SystemCall(SetupNumber, depth, (nint)(&parameters), 0, 0, 0, 0);
        }
        _ring = Libc.Checked((int)ring, "io_uring_setup");
        if ((parameters.Features & SingleMap) == 0) throw new NotSupportedException("io_uring older than Linux 5.4");
        _parameters = parameters;
        _ringsBytes = Math.Max(parameters.SubmissionArray + parameters.SubmissionEntries * sizeof(uint),
            parameters.CompletionEvents + parameters.CompletionEntries * CompletionBytes);
        _entriesBytes = parameters.SubmissionEntries * EntryBytes;
        _rings = Map(_ringsBytes, 0);
        _entries = Map(_entriesBytes, SubmissionEntriesOffset);
        IoVector vector = new(buffer.Address, checked((int)buffer.Length));
        Libc.Checked((int)DiskCalls.SystemCall(RegisterNumber, _ring, 0, (nint)(&vector), 1, 0, 0), "io_uring_register");
    }

    /// <summary>Why io_uring cannot be used here (containers often forbid it), or null if it can.</summary>
    public static string? Obstacle()
    {
        try
        {
            using NativeBuffer buffer = new(1);
            using IoUring ring = new(1, buffer);
            return null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return e.Message;
        }
    }

    /// <summary>Queues a write of registered memory that completes when it is durable (RWF_DSYNC).</summary>
    public void QueueDurableWrite(int descriptor, byte* source, int lengthBytes, long offset, ulong tag)
    {
        uint* tail = (uint*)(_rings + _parameters.SubmissionTail);
        uint index = *tail & *(uint*)(_rings + _parameters.SubmissionMask);
        byte* entry = _entries + index * EntryBytes;
        new Span<byte>(entry, EntryBytes).Clear();
        entry[0] = WriteFixed;
        *(int*)(entry + 4) = descriptor;
        *(long*)(entry + 8) = offset;
        *(byte**)(entry + 16) = source;
        *(int*)(entry + 24) = lengthBytes;
        *(uint*)(entry + 28) = WriteDataSync;
        *(ulong*)(entry + 32) = tag;
        ((uint*)(_rings + _parameters.SubmissionArray))[index] = index;
        Volatile.Write(ref *tail, *tail + 1); // release: the kernel must see the entry before the tail
        _unsubmitted++;
    }

    /// <summary>Submits what is queued and waits until at least one write is durable; answers its tag.</summary>
    /// <exception cref="IOException">The write failed or was short.</exception>
    public ulong SubmitAndTake(out int writtenBytes)
    {
        uint* head = (uint*)(_rings + _parameters.CompletionHead);
        while (_unsubmitted > 0 || *head == Volatile.Read(ref *(uint*)(_rings + _parameters.CompletionTail)))
        {
            nint submitted = DiskCalls.SystemCall(EnterNumber, _ring, (nint)_unsubmitted, 1, (nint)GetEvents, 0, 0);
            if (submitted >= 0) _unsubmitted -= (uint)submitted;
            else if (System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Libc.ErrnoInterrupted) throw Libc.Failure("io_uring_enter");
        }
        byte* completion = _rings + _parameters.CompletionEvents + (*head & *(uint*)(_rings + _parameters.CompletionMask)) * CompletionBytes;
        ulong tag = *(ulong*)completion;
        writtenBytes = *(int*)(completion + 8);
        Volatile.Write(ref *head, *head + 1); // release: the kernel may now reuse the place
        return writtenBytes > 0 ? tag : throw new IOException($"io_uring write: errno {-writtenBytes}");
    }

    public void Dispose()
    {
        _ = MemoryMap.Unmap(_entries, _entriesBytes);
        _ = MemoryMap.Unmap(_rings, _ringsBytes);
        _ = Libc.Close(_ring);
    }

    private byte* Map(nuint lengthBytes, long offset)
    {
        void* address = MemoryMap.Map(null, lengthBytes, MemoryMap.ProtectRead | MemoryMap.ProtectWrite,
            MemoryMap.MapShared | MemoryMap.MapPopulate, _ring, offset);
        return (nint)address == -1 ? throw Libc.Failure("mmap of io_uring") : (byte*)address;
    }
}
