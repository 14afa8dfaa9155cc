using System.Runtime.InteropServices;

namespace Pkv.Zio.Preload;

/// <summary>
/// What the core asks of the C layer beside it. Plain calls, with no transition of the garbage collector: the core allocates
/// nothing, so no collection ever runs that would have to wait for one of these.
/// </summary>
internal static unsafe partial class Kernel
{
    public const int AlreadyThere = -17, NotRegistered = -2;

    /// <summary>Is all of it private, anonymous, writable memory of ordinary pages, and no thread's stack?</summary>
    public static bool MayAdopt(ulong start, ulong bytes) => MayAdoptNative(start, bytes) != 0;

    /// <summary>Mappings that a process may have.</summary>
    [LibraryImport("zio", EntryPoint = "zio_mapping_limit"), SuppressGCTransition]
    public static partial long MappingLimit();

    /// <summary>Empties whole pages and has their next touch reported. 0 when done.</summary>
    [LibraryImport("zio", EntryPoint = "zio_adopt"), SuppressGCTransition]
    public static partial int Adopt(ulong start, ulong bytes);

    /// <summary>Empties pages that are registered already. 0 when done.</summary>
    [LibraryImport("zio", EntryPoint = "zio_drop"), SuppressGCTransition]
    public static partial int Drop(ulong start, ulong bytes);

    [LibraryImport("zio", EntryPoint = "zio_unregister"), SuppressGCTransition]
    public static partial int Unregister(ulong start, ulong bytes);

    /// <summary>Fills empty registered pages, each whole or not at all. Bytes placed, or a negative error number.</summary>
    [LibraryImport("zio", EntryPoint = "zio_place"), SuppressGCTransition]
    public static partial long Place(ulong target, ulong source, ulong bytes);

    /// <summary>The same; a later write to the pages is reported.</summary>
    [LibraryImport("zio", EntryPoint = "zio_place_protected"), SuppressGCTransition]
    public static partial long PlaceProtected(ulong target, ulong source, ulong bytes);

    /// <summary>Has touches of whole pages reported, and leaves their content. 0 when done.</summary>
    [LibraryImport("zio", EntryPoint = "zio_enlist"), SuppressGCTransition]
    public static partial int Enlist(ulong start, ulong bytes);

    /// <summary>Has the next write to each of these registered pages reported. 0 when done.</summary>
    [LibraryImport("zio", EntryPoint = "zio_protect"), SuppressGCTransition]
    public static partial int Protect(ulong start, ulong bytes);

    /// <summary>Undoes <see cref="Protect"/>, and lets go on who waits.</summary>
    [LibraryImport("zio", EntryPoint = "zio_unprotect"), SuppressGCTransition]
    public static partial void Unprotect(ulong start, ulong bytes);

    /// <summary>Writes to memory that is not registered, through the kernel: an unmapped target is no crash. Bytes written.</summary>
    [LibraryImport("zio", EntryPoint = "zio_poke"), SuppressGCTransition]
    public static partial long Poke(ulong target, ulong source, ulong bytes);

    [LibraryImport("zio", EntryPoint = "zio_zero"), SuppressGCTransition]
    public static partial void Zero(ulong page);

    [LibraryImport("zio", EntryPoint = "zio_wake"), SuppressGCTransition]
    public static partial void Wake(ulong page);

    /// <summary>Zeroed address space of the engine's own; null when there is none.</summary>
    [LibraryImport("zio", EntryPoint = "zio_map"), SuppressGCTransition]
    public static partial void* Map(ulong bytes);

    /// <summary>The same in huge pages, where there are such.</summary>
    [LibraryImport("zio", EntryPoint = "zio_map_huge"), SuppressGCTransition]
    public static partial void* MapHuge(ulong bytes);

    [LibraryImport("zio", EntryPoint = "zio_give_back"), SuppressGCTransition]
    public static partial void GiveBack(ulong start, ulong bytes);

    [LibraryImport("zio", EntryPoint = "zio_may_adopt"), SuppressGCTransition]
    private static partial int MayAdoptNative(ulong start, ulong bytes);

    /// <summary>The real memmove.</summary>
    [LibraryImport("zio", EntryPoint = "zio_move"), SuppressGCTransition]
    public static partial void Move(ulong target, ulong source, ulong bytes);
}
