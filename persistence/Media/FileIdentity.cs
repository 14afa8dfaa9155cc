using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// Identifies the file behind a path or a descriptor: equal for two names of one file, different for a file that replaced
/// another. Source: statx(2). Any thread.
/// </summary>
/// <param name="Device">The file system's device number.</param>
/// <param name="Inode">The file's number on that device.</param>
/// <param name="Links">Names that the file has; 0 for one that was deleted while it is open.</param>
/// <param name="Mode">Kind and permissions, as in struct stat.</param>
public readonly unsafe record struct FileIdentity(ulong Device, ulong Inode, uint Links, uint Mode)
{
    private const int CurrentFolder = -100 /* AT_FDCWD */, EmptyPath = 0x1000 /* AT_EMPTY_PATH */;
    private const uint BasicFields = 0x7FF;
    private const uint KindMask = 0xF000, SocketKind = 0xC000;

    /// <summary>A Unix socket's name.</summary>
    public bool IsSocket => (Mode & KindMask) == SocketKind;

    /// <summary>Whether both are one file, whatever else has changed about it.</summary>
    public bool IsSameFile(FileIdentity other) => Device == other.Device && Inode == other.Inode;

    /// <summary>The file that a path names; links are followed. Returns 0 or errno.</summary>
    public static int Of(string path, out FileIdentity identity) => Read(CurrentFolder, path, 0, out identity);

    /// <summary>The file behind an open descriptor. Returns 0 or errno.</summary>
    public static int Of(int descriptor, out FileIdentity identity) => Read(descriptor, "", EmptyPath, out identity);

    private static int Read(int folder, string path, int flags, out FileIdentity identity)
    {
        identity = default;
        byte* answer = stackalloc byte[256];
        if (FileCalls.Statx(folder, path, flags, BasicFields, answer) != 0)
            return Marshal.GetLastPInvokeError();
        // struct statx: nlink at 16, mode at 28, inode at 32, device major and minor at 136.
        identity = new FileIdentity(*(ulong*)(answer + 136), *(ulong*)(answer + 32), *(uint*)(answer + 16), *(ushort*)(answer + 28));
        return 0;
    }
}
