using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>Size and free space of a file system, in bytes. Source: statfs(2). Any thread.</summary>
/// <param name="TotalBytes">Size of the file system.</param>
/// <param name="FreeBytes">Of it, what no file has taken.</param>
/// <param name="IsMemory">tmpfs or ramfs: reading a hole takes a page, and ends the process where there is none.</param>
public readonly unsafe record struct FileSystemRoom(long TotalBytes, long FreeBytes, bool IsMemory)
{
    private const long TmpfsMagic = 0x01021994, RamfsMagic = 0x858458F6;

    /// <summary>The file system that holds a path that exists; null where it has no limit or none is known.</summary>
    public static FileSystemRoom? Of(string path)
    {
        byte* answer = stackalloc byte[512];
        return FileCalls.Statfs(path, answer) == 0 ? Read((long*)answer) : null;
    }

    /// <summary>The file system of an open file; null where it has no limit or none is known.</summary>
    internal static FileSystemRoom? Of(int descriptor)
    {
        byte* answer = stackalloc byte[512];
        return FileCalls.Fstatfs(descriptor, answer) == 0 ? Read((long*)answer) : null;
    }

    /// <summary>Whether an open file lies in memory.</summary>
    internal static bool IsInMemory(int descriptor)
    {
        byte* answer = stackalloc byte[512];
        return FileCalls.Fstatfs(descriptor, answer) == 0 && IsMemoryType(*(long*)answer);
    }

    // struct statfs, 64-bit: type, block size, blocks, free blocks. A tmpfs without a limit has no blocks.
    private static FileSystemRoom? Read(long* words) =>
        words[2] <= 0 ? null : new FileSystemRoom(words[2] * words[1], words[3] * words[1], IsMemoryType(words[0]));

    private static bool IsMemoryType(long type) => type is TmpfsMagic or RamfsMagic;
}
