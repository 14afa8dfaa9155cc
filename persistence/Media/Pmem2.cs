using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>
/// libpmem2 (PMDK), loaded only when a dax pool is asked for. Source: pmem.io/pmdk/manpages, libpmem2(7).
/// </summary>
internal static unsafe partial class Pmem2
{
    /// <summary>Smallest unit whose stores become durable: power-fail safe at the CPU cache, a cache line, or a page.</summary>
    public const int GranularityByte = 0, GranularityCacheLine = 1, GranularityPage = 2;

    private const string Library = "libpmem2.so.1";

    [LibraryImport(Library, EntryPoint = "pmem2_config_new")]
    public static partial int ConfigNew(out nint config);

    [LibraryImport(Library, EntryPoint = "pmem2_config_delete")]
    public static partial int ConfigDelete(ref nint config);

    [LibraryImport(Library, EntryPoint = "pmem2_config_set_required_store_granularity")]
    public static partial int ConfigSetRequiredGranularity(nint config, int granularity);

    [LibraryImport(Library, EntryPoint = "pmem2_source_from_fd")]
    public static partial int SourceFromFd(out nint source, int fd);

    [LibraryImport(Library, EntryPoint = "pmem2_source_delete")]
    public static partial int SourceDelete(ref nint source);

    [LibraryImport(Library, EntryPoint = "pmem2_map_new")]
    public static partial int MapNew(out nint map, nint config, nint source);

    [LibraryImport(Library, EntryPoint = "pmem2_map_delete")]
    public static partial int MapDelete(ref nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_map_get_address")]
    public static partial nint MapGetAddress(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_map_get_size")]
    public static partial nuint MapGetSize(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_map_get_store_granularity")]
    public static partial int MapGetGranularity(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_get_flush_fn")]
    public static partial delegate* unmanaged<void*, nuint, void> GetFlushFunction(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_get_drain_fn")]
    public static partial delegate* unmanaged<void> GetDrainFunction(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_errormsg")]
    private static partial nint ErrorMessagePointer();

    public static string ErrorMessage() => Marshal.PtrToStringUTF8(ErrorMessagePointer()) ?? "unknown";

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled
    {
        get
        {
            if (!NativeLibrary.TryLoad(Library, out nint handle))
                return false;
            NativeLibrary.Free(handle);
            return true;
        }
    }
}
