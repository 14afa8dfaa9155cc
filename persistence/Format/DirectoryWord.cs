namespace Pkv.Persistence.Format;

/// <summary>
/// The word of one slot in the pool's segment directory, at <see cref="PoolHeader.DirectoryOffset"/> + <see cref="SizeBytes"/> · slot,
/// written by one store. It says either "the segment of generation G is here" (present) or "no segment older than generation G
/// is here" (absent). docs/on-media-format.md draws its bits.
/// </summary>
public readonly record struct DirectoryWord(ulong Generation, bool IsPresent, bool IsSealed)
{
    public const int SizeBytes = 8;

    private const int GenerationBits = 44;
    private const int PresentShift = 44;
    private const int SealedShift = 45;
    private const int WrittenShift = 46;
    private const int CheckShift = 47;
    private const ulong GenerationMask = (1UL << GenerationBits) - 1;
    private const ulong PresentBit = 1UL << PresentShift;
    private const ulong SealedBit = 1UL << SealedShift;

    // So that no word is zero: a zero is a word that was lost, or never written.
    private const ulong WrittenBit = 1UL << WrittenShift;

    /// <summary>No segment that was opened before this generation is in the slot.</summary>
    public static DirectoryWord Absent(ulong generation) => new(generation & GenerationMask, false, false);

    /// <summary>The segment of this generation begins in the slot; if sealed, its header has the number of its entries.</summary>
    public static DirectoryWord Present(ulong generation, bool isSealed) => new(generation & GenerationMask, true, isSealed);

    /// <summary>The 64 bits stored in the directory. The slot is part of the check, so a word written to the wrong place is invalid there.</summary>
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

    /// <summary>The table of the word's bits for docs/on-media-format.md.</summary>
    internal static string Table() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        | bits | name | meaning |
        |--:|---|---|
        | 0–{GenerationBits - 1} | generation | of the segment, or the lower bound |
        | {PresentShift} | present | 1: the segment of this generation begins here. 0: no segment older than this generation is here |
        | {SealedShift} | sealed | the present segment's header has its sealed entries |
        | {WrittenShift} | | always 1, so that no word is zero |
        | {CheckShift}–63 | check | upper {64 - CheckShift} bits of CRC-32C, register = *s*, over bits 0–{WrittenShift} as {SizeBytes} bytes |

        """);

    // The upper bits of the CRC-32C, as many as there is room for.
    private static unsafe ulong Check(int slot, ulong content) =>
        Crc32C.AppendSerial((uint)slot, (byte*)&content, SizeBytes) >> CheckShift - 32;
}
