namespace Pkv.Persistence.Format;

/// <summary>
/// What the pool's segment directory says of one slot: 8 bytes at <see cref="PoolHeader.DirectoryOffset"/> + 8 · slot, stored
/// at once. Drawn bit by bit in docs/on-media-format.md. Two sayings: "the segment of generation G is here" (present), and
/// "no segment older than generation G is here" (absent).
/// </summary>
public readonly record struct DirectoryWord(ulong Generation, bool IsPresent, bool IsSealed)
{
    public const int SizeBytes = 8;

    private const ulong GenerationMask = (1UL << 44) - 1;
    private const ulong PresentBit = 1UL << 44;
    private const ulong SealedBit = 1UL << 45;

    // So that no word is zero: zeros are a word that was lost, or never written.
    private const ulong WrittenBit = 1UL << 46;
    private const int CheckShift = 47;

    /// <summary>No segment that was opened before this generation is in the slot.</summary>
    public static DirectoryWord Absent(ulong generation) => new(generation & GenerationMask, false, false);

    /// <summary>The segment of this generation begins in the slot; if sealed, its header tells how many entries it has.</summary>
    public static DirectoryWord Present(ulong generation, bool isSealed) => new(generation & GenerationMask, true, isSealed);

    /// <summary>The 64 bits that stand in the directory. The slot is part of the check, so a moved word is not taken for another's.</summary>
    public ulong Pack(int slot)
    {
        ulong content = Generation | (IsPresent ? PresentBit : 0) | (IsSealed ? SealedBit : 0) | WrittenBit;
        return content | Check(slot, content) << CheckShift;
    }

    public static bool TryUnpack(int slot, ulong packed, out DirectoryWord word)
    {
        ulong content = packed & ((1UL << CheckShift) - 1);
        word = new DirectoryWord(content & GenerationMask, (content & PresentBit) != 0, (content & SealedBit) != 0);
        return (content & WrittenBit) != 0 && packed >> CheckShift == Check(slot, content);
    }

    // The upper 17 bits of the CRC-32C.
    private static unsafe ulong Check(int slot, ulong content) =>
        Crc32C.AppendSerial((uint)slot, (byte*)&content, SizeBytes) >> 15;
}
