using Pkv.Bench.Native;

namespace Pkv.Bench.Runs;

/// <summary>
/// Touches and frees memory right before a run. On a virtual machine freed pages go back to the host within seconds,
/// and whoever is first to write to them again waits for the host: up to ten times slower. After this, the guest's
/// free list holds pages that the host has backed, for whichever server runs next.
/// </summary>
internal static class MemoryWarmer
{
    /// <summary>Touches every page of this many bytes and gives them back.</summary>
    public static void Warm(long bytes)
    {
        // Huge pages: freed whole, they are what the host would have taken back, and touching them is quick.
        using NativeBuffer touched = new(bytes, hugePages: true);
    }
}
