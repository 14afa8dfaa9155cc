using System.Runtime.InteropServices;
using Pkv.Persistence.Format;

namespace Pkv.Persistence.Media;

/// <summary>
/// Enlarges a pool file while no server uses it. Nothing else is needed: the next server finds the space after the slots
/// that the header counts, and counts them as it uses them.
/// </summary>
public static class PoolGrowth
{
    /// <summary>The length of a pool file with as many whole slots as fit into this many bytes.</summary>
    public static long WholeBytes(long bytes) =>
        bytes < PoolHeader.SegmentsOffset ? 0 : bytes - (bytes - PoolHeader.SegmentsOffset) % PoolHeader.SlotBytes;

    /// <summary>Gives the file blocks up to that length, and waits until the device knows. Returns the length before.</summary>
    /// <exception cref="MediumException">It is in use, it cannot shrink, or the device is full.</exception>
    public static long Grow(string path, long bytes)
    {
        using LockedFile file = new(path);
        long before = file.BackedBytes;
        if (bytes <= before)
            throw new MediumException($"the pool {path} has {before} bytes already, and a pool cannot be made smaller");
        file.Extend(bytes);
        if (file.SyncData() is var error and not 0)
            throw new MediumException($"cannot grow the pool {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        return before;
    }
}
