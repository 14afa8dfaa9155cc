using System.Buffers.Binary;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// File systems on which direct writes of a live pool would be pointless or harmful. Those that checksum data (btrfs, zfs,
/// bcachefs) do so before the device reads it, but the memory of a pool keeps changing: a block could fail its checksum
/// when it is read back. Numbers: statfs(2), linux/magic.h.
/// </summary>
internal static unsafe class DirectSupport
{
    private static readonly Dictionary<uint, string> s_obstacles = new()
    {
        [0x01021994] = "the pool is on tmpfs, which has no device to write to",
        [0x858458F6] = "the pool is on ramfs, which has no device to write to",
        [0x9123683E] = "btrfs checksums data, but the pool's memory changes during a write",
        [0x2FC12FC1] = "zfs checksums data, but the pool's memory changes during a write",
        [0xCA451A4E] = "bcachefs checksums data, but the pool's memory changes during a write",
    };

    /// <summary>The reason why direct writes are not possible, or null. Creates the path's folder if it does not exist.</summary>
    public static string? ObstacleOf(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        Directory.CreateDirectory(folder);
        byte* answer = stackalloc byte[256];
        if (FileCalls.Statfs(folder, answer) != 0)
            return null;
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(answer, sizeof(uint)));
        return s_obstacles.GetValueOrDefault(type);
    }
}
