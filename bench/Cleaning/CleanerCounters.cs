using Pkv.Bench.Servers;

namespace Pkv.Bench.Cleaning;

/// <summary>The cleaner's account since the server was started, or between two samples (INFO persistence).</summary>
/// <param name="Committed">log_bytes_committed: by clients and by the cleaner.</param>
/// <param name="Moved">cleaner_bytes_moved: by the cleaner alone.</param>
/// <param name="SegmentsCleaned">cleaner_segments.</param>
/// <param name="SegmentsFreed">pool_segments_freed: cleaned, or dead by themselves.</param>
/// <param name="Stalls">cleaner_stalls: steps for which there was no room.</param>
/// <param name="BusyUs">cleaner_busy_us: of the I/O thread's time.</param>
internal sealed record CleanerCounters(double Committed, double Moved, double SegmentsCleaned, double SegmentsFreed, double Stalls, double BusyUs)
{
    /// <summary>Bytes committed for each byte that a client had committed; 1 when nothing was.</summary>
    public double WriteAmplification => Committed > Moved ? Committed / (Committed - Moved) : 1;

    /// <summary>Reads the counters out of INFO's text.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public static CleanerCounters Parse(string info) => new(
        InfoText.Number(info, "log_bytes_committed"), InfoText.Number(info, "cleaner_bytes_moved"), InfoText.Number(info, "cleaner_segments"),
        InfoText.Number(info, "pool_segments_freed"), InfoText.Number(info, "cleaner_stalls"), InfoText.Number(info, "cleaner_busy_us"));

    /// <summary>What was counted after <paramref name="before"/>.</summary>
    public CleanerCounters Since(CleanerCounters before) => new(
        Committed - before.Committed, Moved - before.Moved, SegmentsCleaned - before.SegmentsCleaned,
        SegmentsFreed - before.SegmentsFreed, Stalls - before.Stalls, BusyUs - before.BusyUs);
}
