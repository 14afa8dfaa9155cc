namespace Pkv.Bench.Media;

/// <summary>What it costs to receive into memory without waiting for any disk.</summary>
/// <param name="Memory">The memory and its state before.</param>
/// <param name="CpuUsPerMiB">CPU microseconds per MiB copied in.</param>
/// <param name="ElapsedUsPerMiB">Wall microseconds per MiB.</param>
internal sealed record DirtyingResult(string Memory, double CpuUsPerMiB, double ElapsedUsPerMiB);
