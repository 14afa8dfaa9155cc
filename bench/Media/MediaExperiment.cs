using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;

namespace Pkv.Bench.Media;

/// <summary>
/// How should the <c>file</c> medium reach the disk? Compares a page-cache mapping with fdatasync, direct writes of
/// anonymous memory through io_uring, and the plain direct, synchronous write; and what each pays before any sync.
/// </summary>
internal sealed class MediaExperiment(string directory, long poolBytes, TimeSpan window, int rounds, IRunProgress progress)
{
    /// <summary>Payloads of a batch, in bytes.</summary>
    public static readonly int[] BatchSizes = [128, 1024, 4096, 65536, 524288];

    private static readonly string[] Methods = ["mapping + fdatasync", "io_uring O_DIRECT", "io_uring O_DIRECT ×4", "pwrite O_DIRECT+O_DSYNC"];

    /// <summary>Windows and fills that <see cref="Run"/> will report.</summary>
    public static int StepsOf(int rounds) => rounds * (2 * BatchSizes.Length * Methods.Length + 1);

    /// <summary>Runs everything; the windows and the fills of all rounds.</summary>
    public (IReadOnlyList<MediaResult> Durable, IReadOnlyList<DirtyingResult> Dirtying) Run()
    {
        List<MediaResult> durable = [];
        List<DirtyingResult> dirtying = [];
        using NativeBuffer source = new(1 << 20);
        new Random(1).NextBytes(source.Span);
        string? obstacle = IoUring.Obstacle();
        if (obstacle != null) progress.Note($"io_uring is left out: {obstacle}");
        int[] methods = [.. Enumerable.Range(0, Methods.Length).Where(m => obstacle == null || m is 0 or 3)];
        string path = Path.Combine(directory, $"pkv-media-{Environment.ProcessId}.pool");
        for (int round = 0; round < rounds; round++)
        {
            foreach (bool isWritten in (bool[])[true, false])
                foreach (int batchBytes in BatchSizes)
                    for (int i = 0; i < methods.Length; i++)
                        durable.Add(MeasureOne(path, methods[(i + round) % methods.Length], isWritten, batchBytes, source));
            MemoryWarmer.Warm(3 * poolBytes);
            dirtying.AddRange(DirtyingRun.Measure(path, poolBytes, source));
            progress.Step("memory before any sync");
        }
        return (durable, dirtying);
    }

    private MediaResult MeasureOne(string path, int method, bool isWritten, int batchBytes, NativeBuffer source)
    {
        // A small batch never gets far in its window: no need to prepare more of the file than it can reach.
        int depth = method == 2 ? 4 : 1;
        long lengthBytes = Math.Min(poolBytes, Math.Max(1 << 20, DurableRun.StrideOf(depth, batchBytes) * 20_000));
        MemoryWarmer.Warm(2 * lengthBytes);
        using PoolFile file = new(path, lengthBytes, isWritten);
        using NativeBuffer memory = new(method == 0 ? 1 : lengthBytes, hugePages: true);
        using IDurableLog log = method switch
        {
            0 => new MappedLog(file),
            1 or 2 => new UringLog(file, memory, depth),
            _ => new DirectLog(file, memory),
        };
        MediaResult result = DurableRun.Measure(
            Methods[method], isWritten ? "written before" : "allocated only", log, source, lengthBytes, batchBytes, window);
        progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"{result.PoolState,-14} {batchBytes,6} B  {result.Method,-24} {result.ElapsedNs / 1e3 / result.Batches,8:F1} µs/batch  p99 {result.P99Ns / 1e3,8:F1} µs  {result.CpuNs / 1e3 / result.Batches,7:F1} µs CPU"));
        return result;
    }
}
