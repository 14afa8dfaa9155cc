using System.Runtime.InteropServices;
using Pkv.Bench.Cli;
using Pkv.Bench.Report;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Disk;

/// <summary>The verb <c>disk</c>: its options, its run, its section of the report.</summary>
internal static class DiskCommand
{
    /// <exception cref="ArgumentException">An option is unknown or wrong.</exception>
    public static int Run(string[] arguments, Action<PosixSignalContext> endAll)
    {
        OptionReader reader = new(arguments);
        ServerCatalog catalog = new(reader.Text("pkv"), ServerCatalog.LimitReceiveBytesDefault);
        DiskOptions options = new()
        {
            Directory = reader.Text("dir") ?? Path.Combine(Environment.CurrentDirectory, "bench-disk.tmp"),
            Sizes = reader.Numbers("sizes", [128, 1024, 16384]),
            Connections = reader.Numbers("connections", [1, 8, 50]),
            Pipelines = reader.Numbers("pipelines", [1, 32]),
            Rounds = reader.Number("rounds", 3),
            Window = reader.Seconds("seconds", TimeSpan.FromSeconds(0.5)),
            VolumeBytes = reader.Size("volume", 256L << 20),
            PoolSize = reader.Text("pool-size") ?? "2g",
        };
        string? output = BenchOptionsParser.Output(reader.Text("out"));
        reader.RejectRest();
        List<ServerSpec> servers =
            [ServerCatalog.RedisOnDisk("always"), catalog.PkvOnDisk("always"), catalog.PkvOnDisk("always", isReady: true),
             ServerCatalog.RedisOnDisk("everysec"), catalog.PkvOnDisk("everysec")];
        if (servers.Find(s => s.Command == null) is { } missing)
            throw new InvalidOperationException($"{missing.Name} is not installed or not built");
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, endAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, endAll);
        bool isOurs = !System.IO.Directory.Exists(options.Directory);
        System.IO.Directory.CreateDirectory(options.Directory);
        try
        {
            if (DeviceFlushes.TypeOf(options.Directory) is "tmpfs" or "ramfs")
                throw new InvalidOperationException($"{options.Directory} is memory, not a disk; choose another with --dir");
            IReadOnlyList<DiskResult> results = [];
            RunProgress.Show(DiskComparison.StepsOf(options, servers.Count), progress => results = new DiskComparison(options, servers, progress).Run());
            string section = DiskReport.Markdown(options, servers, results);
            Console.WriteLine(section);
            if (output != null) MarkedSection.Write(output, ComparisonReport.Opening, DiskReport.SectionName, section);
            return 0;
        }
        finally
        {
            if (isOurs) System.IO.Directory.Delete(options.Directory, recursive: true);
        }
    }
}
