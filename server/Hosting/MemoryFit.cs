using Pkv.Persistence.Media;

namespace Pkv.Server.Hosting;

/// <summary>
/// Checks whether a pool fits the tmpfs that holds it. A disk that is too small is noticed when it is full; a tmpfs has a
/// configured size, and the usual one that is too small is a container's /dev/shm of 64 MB.
/// </summary>
internal static class MemoryFit
{
    /// <summary>Why a pool of that many bytes does not fit, in words for the operator; null: it does, or nobody knows.</summary>
    public static string? Excess(string path, long bytes)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || !Directory.Exists(folder) || FileSystemRoom.Of(folder) is not { IsMemory: true } room)
            return null;
        FileInfo file = new(path);
        long fits = room.FreeBytes + (file.Exists ? file.Length : 0);
        return bytes <= fits ? null
            : $"a pool of {bytes} bytes does not fit on the file system of {folder}, which has {room.FreeBytes} of {room.TotalBytes} bytes free: "
                + $"give at most {fits} as pool-size, or make the file system larger (docker run --shm-size, mount -o remount,size=)";
    }
}
