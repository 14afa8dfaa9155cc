using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Pkv.Persistence.Format;

/// <summary>
/// Tables of persisted numbers for docs/on-media-format.md, made from the constants and structs themselves. Offsets, sizes and
/// names come from the code; only the meanings are written here. A field without a meaning is an error.
/// </summary>
public static class FormatTables
{
    /// <summary>The blocks of the page: the name in its begin and end marks, and the Markdown between them.</summary>
    public static IReadOnlyList<(string Name, string Markdown)> Blocks { get; } =
    [
        ("constants", Constants()),
        ("pool-header", Layout<PoolHeader>(PoolHeader.SizeBytes, "zero", new()
        {
            [nameof(PoolHeader.Magic)] = $"{Magic(PoolHeader.MagicValue)}, stored last",
            [nameof(PoolHeader.Version)] = $"{Number(PoolHeader.CurrentVersion)}; {Number(PoolHeader.OldestVersion)} is read as well, and becomes {Number(PoolHeader.CurrentVersion)} ([Versions](#versions))",
            [nameof(PoolHeader.Slot)] = $"bytes of a slot: {Number(PoolHeader.SlotBytes)}",
            [nameof(PoolHeader.PoolIdLow)] = "random, lowest bit 1; secret, so that no stored value can forge a segment header",
            [nameof(PoolHeader.PoolIdHigh)] = "random",
            [nameof(PoolHeader.CreatedMs)] = "time of creation, Unix ms",
            [nameof(PoolHeader.Checksum)] = $"CRC-32C, register 0, over bytes 0–{Number(PoolHeader.ChecksummedBytes - 1)} with the magic in place",
            [nameof(PoolHeader.SlotsAndCheck)] = "low half: slots in use by the format; high half: their bitwise complement. Only grows, each time by one 8-byte store (from 0, when the pool is created). "
                + "On media that need a sync it is stored only after a sync that began when the file already had that length, so the file may be longer than this field says",
        })),
        ("directory-word", DirectoryWord.Table()),
        ("segment-header", Layout<SegmentHeader>(SegmentHeader.SizeBytes, "not used", new()
        {
            [nameof(SegmentHeader.Magic)] = $"{Magic(SegmentHeader.MagicUsed)} used, {Magic(SegmentHeader.MagicFree)} free, {Magic(SegmentHeader.MagicDead)} being freed, 0 never used",
            [nameof(SegmentHeader.PoolId)] = "low half of the pool's id",
            [nameof(SegmentHeader.Index)] = "number of this slot, from 0",
            [nameof(SegmentHeader.Slots)] = "adjacent slots taken, at least 1",
            [nameof(SegmentHeader.Generation)] = "counts the segments opened in the pool's life",
            [nameof(SegmentHeader.Salt)] = "random for each opening; seeds the checksums of entries",
            [nameof(SegmentHeader.Version)] = "format version in which the segment was opened",
            [nameof(SegmentHeader.Checksum)] = $"CRC-32C, register 0, over bytes {Number(SegmentHeader.ChecksumStart)}–{Number(SegmentHeader.ChecksumStart + SegmentHeader.ChecksummedBytes - 1)}",
            [nameof(SegmentHeader.Reserved)] = "zero",
            [nameof(SegmentHeader.SealedEntries)] = "low half: entries known durable when the segment was sealed, or later, once commands in progress at that time became durable; high half: their complement. 0: not sealed",
        })),
        ("commit-entry", Layout<CommitEntry>(CommitEntry.SizeBytes, "zero", new()
        {
            [nameof(CommitEntry.Offset)] = $"of the range, from the segment's first byte; at least {Number(SegmentHeader.SizeBytes)}",
            [nameof(CommitEntry.Length)] = "bytes. 0: *void*, nothing to replay: an entry that a salvage gave up, a piece of a torn transaction, or a [cleaner mark](#cleaner-marks)",
            [nameof(CommitEntry.Sequence)] = "Lamport number of the first command; the following commands count up by one",
            [nameof(CommitEntry.TimeAndFlags)] = $"bits 0–{Number(CommitEntry.TimeBits - 1)}: Unix ms, the base of relative expiries at replay; the upper 16 bits: flags, below",
            [nameof(CommitEntry.Database)] = "for all commands of the range",
            [nameof(CommitEntry.DurableBefore)] = $"entries of this segment known durable when this one was written; {Number(ushort.MaxValue)}: that many or more",
            [nameof(CommitEntry.Checksum)] = $"CRC-32C, register = salt, over the range's bytes, then bytes 0–{Number(CommitEntry.ChecksummedBytes - 1)} of the entry; that XOR *i*, so that an entry written to the wrong place is invalid there",
        })),
        ("entry-flags", Flags()),
        ("cleaner-marks", Marks()),
    ];

    private static string Constants()
    {
        var text = new StringBuilder("| constant | value | in code |\n|---|--:|---|\n");
        Row("format version written", PoolHeader.CurrentVersion, "PoolHeader.CurrentVersion");
        Row("oldest version read", PoolHeader.OldestVersion, "PoolHeader.OldestVersion");
        Row("pool header, bytes", PoolHeader.SizeBytes, "PoolHeader.SizeBytes");
        Row("segment directory begins at", PoolHeader.DirectoryOffset, "PoolHeader.DirectoryOffset");
        Row("directory word, bytes", DirectoryWord.SizeBytes, "DirectoryWord.SizeBytes");
        Row("slots with a directory word", (PoolHeader.SegmentsOffset - PoolHeader.DirectoryOffset) / DirectoryWord.SizeBytes, "PoolHeader.SegmentsOffset, DirectoryOffset");
        Row("slot 0 begins at", PoolHeader.SegmentsOffset, "PoolHeader.SegmentsOffset");
        Row("slot, bytes", PoolHeader.SlotBytes, "PoolHeader.SlotBytes");
        Row("segment header, bytes", SegmentHeader.SizeBytes, "SegmentHeader.SizeBytes");
        Row("commit entry, bytes", CommitEntry.SizeBytes, "CommitEntry.SizeBytes");
        return text.ToString();

        void Row(string name, long value, string code) => text.Append($"| {name} | {Number(value)} | `{code}` |\n");
    }

    // A row for each field in the order of its offset, and one for each gap between fields.
    private static string Layout<T>(int sizeBytes, string gapText, Dictionary<string, string> meanings)
    {
        var text = new StringBuilder("| offset | bytes | field | value |\n|--:|--:|---|---|\n");
        int end = 0;
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance).OrderBy(OffsetOf))
        {
            int offset = OffsetOf(field);
            AppendGap(offset);
            int bytes = Marshal.SizeOf(field.FieldType);
            text.Append($"| {Number(offset)} | {Number(bytes)} | `{field.Name}` | {meanings[field.Name]} |\n");
            end = offset + bytes;
        }
        AppendGap(sizeBytes);
        return text.ToString();

        void AppendGap(int to)
        {
            if (to > end)
                text.Append($"| {Number(end)} | {Number(to - end)} | | {gapText} |\n");
        }
    }

    private static int OffsetOf(FieldInfo field) => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;

    private static string Flags()
    {
        Dictionary<EntryFlags, string> meanings = new()
        {
            [EntryFlags.Global] = "the range holds FLUSHALL, FLUSHDB or SWAPDB, which replay runs alone. The cleaner repeats such a command under its number; it counts once",
            [EntryFlags.Continued] = "the transaction continues in this writer's next entry",
            [EntryFlags.Continuation] = "continues the transaction of this writer's previous entry",
            [EntryFlags.Moved] = "the cleaner appended the range again, under a new number or the old one. It contains nothing new, is replayed like any other range, and belongs to no transaction chain",
        };
        var text = new StringBuilder("| bits | name | meaning |\n|--:|---|---|\n");
        foreach (EntryFlags flag in Enum.GetValues<EntryFlags>().Where(static flag => flag != EntryFlags.None).OrderBy(static flag => (ushort)flag))
        {
            if (flag == EntryFlags.Moved)
                AppendNumbers();
            text.Append($"| {Number(int.TrailingZeroCount((ushort)flag))} | {flag} | {meanings[flag]} |\n");
        }
        return text.ToString();

        void AppendNumbers()
        {
            text.Append($"| {Number(CommitEntry.PieceShift)}–{Number(CommitEntry.PieceShift + CommitEntry.PieceBits - 1)} | piece | number of the transaction's piece, modulo {Number(1 << CommitEntry.PieceBits)} |\n");
            text.Append($"| {Number(CommitEntry.WriterShift)}–{Number(CommitEntry.WriterShift + CommitEntry.WriterBits - 1)} | writer | the I/O thread; its sequence numbers rise strictly, except in moved entries |\n");
        }
    }

    private static string Marks()
    {
        Dictionary<CleanerMark, (string Sequence, string Offset, string Meaning)> meanings = new()
        {
            [CleanerMark.Run] = ("the victim's generation, or 0", "", "from here to the next mark of this segment: deletions, expiry changes and the like that the victim also holds; 0: such a run ends here"),
            [CleanerMark.Relies] = ("a segment's generation", "a number of entries", "the *Emptied* mark that follows needs these entries of that segment"),
            [CleanerMark.Emptied] = ("the victim's generation", "", "everything still needed of the victim is stored before this entry, here and in the segments that it relies on"),
        };
        var text = new StringBuilder("| `Database` | mark | `Sequence` | `Offset` | meaning |\n|--:|---|---|---|---|\n");
        foreach (CleanerMark mark in Enum.GetValues<CleanerMark>().Where(static mark => mark != CleanerMark.None))
        {
            (string sequence, string offset, string meaning) = meanings[mark];
            text.Append($"| {Number((ushort)mark)} | {mark} | {sequence} | {offset} | {meaning} |\n");
        }
        return text.ToString();
    }

    private static string Magic(ulong value) =>
        $"`{Encoding.ASCII.GetString(BitConverter.GetBytes(value))}` (0x{value.ToString("X16", CultureInfo.InvariantCulture)})";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
