using System.Globalization;
using System.Text;
using Pkv.Persistence.Format;
using Pkv.Tests.Simulation;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// What lies in the segments of an image, as text: for the report of a crash state that is wrong. Reads the format itself,
/// so that it shows what recovery leaves out, too.
/// </summary>
internal static unsafe class LogListing
{
    private const int MaxMisses = 8, MaxEntriesShown = 60, MaxTextBytes = 100;

    /// <summary>Headers of all slots that were ever used, and the last entries of each segment.</summary>
    public static string Of(DurableImage image)
    {
        StringBuilder text = new("the log in this state (entries: number, first sequence, database, writer, flags, durable before):\n");
        int slots = (int)((image.BackedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
        for (int slot = 0; slot < slots;)
        {
            byte* start = image.Map.Base + PoolHeader.SegmentsOffset + (long)slot * PoolHeader.SlotBytes;
            SegmentHeader* header = (SegmentHeader*)start;
            string magic = header->Magic switch { 0 => "", SegmentHeader.MagicUsed => "used", SegmentHeader.MagicFree => "free", SegmentHeader.MagicDead => "dead", _ => "?" };
            bool isSound = header->Checksum == SegmentHeader.ComputeChecksum(header);
            int covered = header->Magic == SegmentHeader.MagicUsed && isSound ? (int)header->Slots : 1;
            if (magic.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"slot {slot}: {magic}{(isSound ? "" : ", not sound")}, {header->Slots} slot(s), generation {header->Generation}, sealed {(header->SealedEntries == 0 ? "no" : (uint)header->SealedEntries)}\n");
            if (header->Magic == SegmentHeader.MagicUsed && isSound)
                Entries(text, start, (long)covered * PoolHeader.SlotBytes, header->Salt);
            slot += covered;
        }
        return text.ToString();
    }

    private static void Entries(StringBuilder text, byte* start, long bytes, uint salt)
    {
        List<string> lines = [];
        for (int i = 0, misses = 0; misses < MaxMisses && (i + 1) * CommitEntry.SizeBytes < bytes; i++)
        {
            CommitEntry* entry = (CommitEntry*)(start + bytes) - (i + 1);
            bool fits = entry->Offset >= SegmentHeader.SizeBytes && entry->Length > 0 && entry->Offset + (long)entry->Length < bytes;
            bool isValid = fits && CommitEntry.ComputeChecksum(Crc32C.Append(salt, start + entry->Offset, entry->Length), entry, i) == entry->Checksum;
            misses = isValid ? 0 : misses + 1;
            if (isValid)
                lines.Add($"  {i}: {entry->Sequence} db{entry->Database} w{(int)entry->Flags >> 8} f{(int)entry->Flags & 255:x2} d{entry->DurableBefore} {Record(start + entry->Offset, (int)entry->Length)}");
            else if (fits)
                lines.Add($"  {i}: not valid");
        }
        foreach (string line in lines.TakeLast(MaxEntriesShown))
            text.Append(line).Append('\n');
    }

    private static string Record(byte* start, int length)
    {
        StringBuilder text = new();
        foreach (byte b in new ReadOnlySpan<byte>(start, Math.Min(length, MaxTextBytes)))
            text.Append(b is >= 32 and < 127 ? (char)b : '.');
        return $"[{length}] {text}";
    }
}
