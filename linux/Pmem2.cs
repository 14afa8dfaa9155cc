using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// libpmem2 (PMDK), loaded only when a dax pool is asked for. Source: pmem.io/pmdk/manpages, libpmem2(7).
/// </summary>
public static unsafe partial class Pmem2
{
    /// <summary>Smallest unit whose stores become durable: power-fail safe at the CPU cache, a cache line, or a page.</summary>
    public const int GranularityByte = 0, GranularityCacheLine = 1, GranularityPage = 2;

    private const string Library = "libpmem2.so.1";

    /// <summary>Makes a configuration; see pmem2_config_new(3). This and the next return 0, or a negative error number.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_config_new")]
    public static partial int ConfigNew(out nint config);

    /// <summary>Frees a configuration.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_config_delete")]
    public static partial int ConfigDelete(ref nint config);

    /// <summary>The coarsest granularity that a mapping may have; without it nothing can be mapped.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_config_set_required_store_granularity")]
    public static partial int ConfigSetRequiredGranularity(nint config, int granularity);

    /// <summary>Makes a source of an open file or device; the descriptor stays the caller's.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_source_from_fd")]
    public static partial int SourceFromFd(out nint source, int fd);

    /// <summary>Frees a source; mappings made from it stay.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_source_delete")]
    public static partial int SourceDelete(ref nint source);

    /// <summary>Maps all of a source.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_map_new")]
    public static partial int MapNew(out nint map, nint config, nint source);

    /// <summary>Unmaps.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_map_delete")]
    public static partial int MapDelete(ref nint map);

    /// <summary>Where the mapping begins.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_map_get_address")]
    public static partial nint MapGetAddress(nint map);

    /// <summary>Bytes of the mapping.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_map_get_size")]
    public static partial nuint MapGetSize(nint map);

    /// <summary>Which granularity the mapping has.</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_map_get_store_granularity")]
    public static partial int MapGetGranularity(nint map);

    /// <summary>What begins to write back a range of stores; see pmem2_get_flush_fn(3).</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_get_flush_fn")]
    public static partial delegate* unmanaged<void*, nuint, void> GetFlushFunction(nint map);

    /// <summary>What waits until flushed ranges are durable; see pmem2_get_drain_fn(3).</summary>
    [LibraryImport(Library, EntryPoint = "pmem2_get_drain_fn")]
    public static partial delegate* unmanaged<void> GetDrainFunction(nint map);

    [LibraryImport(Library, EntryPoint = "pmem2_errormsg")]
    private static partial nint ErrorMessagePointer();

    /// <summary>The text of this thread's last error.</summary>
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
