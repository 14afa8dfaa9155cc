using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Pkv.Zio.Preload;

/// <summary>struct zio_live of engine.h: what the C layer's fast paths read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Live
{
    public uint Active, Forking;
    public ulong LockWord, Tracked;
    public ulong** Top;
    public uint Rescued, Mended;
}

/// <summary>struct zio_counters of zio.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Counters
{
    public ulong CopiesElided, CopiesDone, BytesElided, BytesCopied;
    public ulong Faults, PagesResolved, SendsGathered, BytesFromVault;
    public ulong ReceivesToVault, BytesToVault, VaultBytesHeld, VaultBytesPeak;
    public ulong RangesAdopted, SitesSuspended;
    public ulong Receives, BytesReceived, Sends, BytesSent;
    public ulong PagesHandedOver;
    public ulong FaultsOfHolder;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public ulong Base, Bytes;
}

/// <summary>struct zio_piece of engine.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Piece
{
    public ulong Program, Vault, Bytes, Reserved;
}

/// <summary>struct zio_receive of engine.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Receive
{
    public const int MaxPieces = 64;

    public IoVector* User;
    public ulong UserCount;
    public ulong Site;
    public ulong PieceCount;
    public ulong ChunkCount;
    private fixed ulong _pieces[MaxPieces * 4];
    private fixed ulong _out[MaxPieces * 2];
    private fixed uint _chunks[MaxPieces];
    private fixed ulong _late[MaxPieces * 2];
    private fixed ulong _lateTarget[MaxPieces];
    public ulong LateCount;

    public static Piece* Pieces(Receive* receive) => (Piece*)receive->_pieces;

    public static IoVector* Out(Receive* receive) => (IoVector*)receive->_out;

    public static uint* Chunks(Receive* receive) => receive->_chunks;

    public static IoVector* Late(Receive* receive) => (IoVector*)receive->_late;

    public static ulong* LateTarget(Receive* receive) => receive->_lateTarget;
}

/// <summary>struct zio_gather of engine.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Gather
{
    public const int MaxParts = 256;

    public IoVector* User;
    public ulong UserCount;
    public ulong Count;
    public ulong PinnedBytes;
    private fixed ulong _out[MaxParts * 2];
    private fixed byte _pinned[MaxParts];

    public static IoVector* Out(Gather* gather) => (IoVector*)gather->_out;

    public static byte* Pinned(Gather* gather) => gather->_pinned;
}

/// <summary>struct zio_slice of engine.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Slice
{
    public ulong Target, Source, Bytes, Pinned;
}

/// <summary>struct zio_copy of engine.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Copy
{
    public const int MaxSlices = 64;

    public ulong Target, Source, Bytes;
    public ulong Count;
    public ulong Pinned;
    private fixed ulong _slices[MaxSlices * 4];

    public static Slice* Slices(Copy* copy) => (Slice*)copy->_slices;
}
