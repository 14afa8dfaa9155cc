using System.Runtime.InteropServices;

namespace Pkv.Server.Monitoring;

/// <summary>The C library's heap, in which the index and the clients' buffers live.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives free memory back to the system, where the C library can (glibc). Takes milliseconds. Any thread.</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl gives memory back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keepBytes);
}
