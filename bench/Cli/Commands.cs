using System.Reflection;
using System.Runtime.InteropServices;
using Pkv.Bench.Cleaning;
using Pkv.Bench.Client;
using Pkv.Bench.Disk;
using Pkv.Bench.Echo;
using Pkv.Bench.Faults;
using Pkv.Bench.LimitServer;
using Pkv.Bench.Media;
using Pkv.Bench.Memory;
using Pkv.Bench.Paper;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Scripts;
using Pkv.Bench.Servers;
using Pkv.Bench.Stalls;
using Pkv.Bench.Types;

namespace Pkv.Bench.Cli;

/// <summary>
/// The verbs of pkv-bench. Exit codes: 0 done, 1 a server failed or answered wrongly, 2 usage error, 3 done, but others were at work on
/// the machine, so that the figures are unusable (not after --smoke, which is about correctness only).
/// </summary>
internal static class Commands
{
    private const string Usage = """
        usage: pkv-bench set|get|mixed|all [options]   compare servers
               pkv-bench types [options]               compare servers over hashes, lists, sets and sorted sets
               pkv-bench scripts [--shapes get,incr-expire,lock,job,loop] [--servers redis-aof,pkv] [--rounds 5] [--pipeline 32]
                         [--connections 8] [--keys 100000] [--seconds 1] [--warm-up 2] [--pool-size 4gb] [--pkv PATH] [--work-dir /dev/shm]
                         [--smoke] [--out FILE]        compare servers over EVALSHA
               pkv-bench media [--dir DIR] [--rounds 3] [--seconds 0.5] [--pool-size 128m] [--out FILE]
                                                       compare ways to make a batch durable on a disk
               pkv-bench disk [--dir DIR] [--sizes 128,1k,16k] [--connections 1,8,50] [--pipelines 1,32] [--rounds 3]
                         [--seconds 0.5] [--volume 256m] [--pool-size 2g] [--pkv PATH] [--out FILE]
                                                       compare durable SETs on a real disk
               pkv-bench cleaning [--fills 50,70,80,90] [--rounds 3] [--seconds 2] [--latency-seconds 3] [--pool-size 2g]
                         [--reference 3] [--value-size 1k] [--connections 8] [--pipeline 32] [--pkv PATH] [--work-dir /dev/shm]
                         [--smoke] [--out FILE]        overwrite keys in increasingly full pools
               pkv-bench memory [--hashes 5000000] [--members 5000000] [--servers redis,pkv] [--pool-size 4gb] [--pkv PATH]
                         [--work-dir /dev/shm] [--smoke] [--out FILE]   DRAM used by data, and the managed heap
               pkv-bench stalls [--elements 2000000] [--servers redis,pkv] [--io-threads 2] [--only TEXT] [--pool-size 6gb] [--pkv PATH]
                         [--work-dir /dev/shm] [--smoke] [--out FILE]   how long a command of one client blocks others
               pkv-bench echo [--sizes 8k,64k,512k] [--copies 0,1,5,12] [--touches 0,2] [--systems linux,zio-vault,bound]
                         [--connections 64] [--rounds 3] [--seconds 0.2] [--libzio PATH] [--smoke] [--out FILE]
                                                       the echo server of the zIO paper with and without libzio
               pkv-bench faults [--pages 1,8,256] [--sizes 16k,64k,512k] [--ranges 64,4096] [--rounds 9] [--times 256] [--smoke] [--out FILE]
                                                       cost of page faults, system calls and tracking in libzio
               pkv-bench zio-redis [--sizes 64,64k,512k] [--pipelines 1,16] [--rounds 5] [--seconds 0.5] [--smoke] [--out FILE]
                                                       redis-server with and without libzio
               pkv-bench paper [--parts set,ycsb,copies] [--servers redis-aof,redis-aof-zio,pkv,limit] [--rounds 3] [--seconds 0.6]
                         [--sizes 4k,16k,64k,128k,512k] [--records 1k,16k] [--pipelines 1,16] [--pkv PATH] [--ycsb PATH]
                         [--pool-size 2gb] [--work-dir /dev/shm] [--smoke] [--out FILE]   the evaluation of the zIO paper
               pkv-bench --version

          --sizes 64,1k,4k,16k,64k,512k   value sizes in bytes
          --shapes hgetall,hget,...       for types (default: all)
          --pipelines 1,32                requests in flight for each connection
          --servers redis-aof,redis-aof-zio,redis,garnet,pkv,pkv-flush,limit,limit-log
          --rounds 5                      medians over the rounds are reported
          --connections N                 default: 8 for values below 64 KiB, otherwise 2
          --seconds 1  --volume 1g        length of a measured window: time or bytes, whichever comes first
          --warm-up 0.3                   seconds of the same load before each window
          --keys 100000                   maximum number of keys (fewer for large values)
          --set-share 50                  percentage of SETs in mixed
          --client-wait spin|block        what the client does while it waits
          --pkv PATH  --pool-size 4gb     Pkv's program and pool
          --limit-receive 256k            bytes per receive of the limit servers
          --work-dir /dev/shm             where servers keep their files
          --no-warm                       do not touch and free memory before each run
          --smoke                         run everything once and briefly; checks correctness only
          --out docs/benchmarks.md        report to update; without this option nothing is written

        exit codes: 0 done; 1 a server failed or sent a wrong reply; 2 usage error; 3 done, but the machine was busy: figures are unusable
        """;

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            string verb = arguments.Count > 0 ? arguments[0] : "help";
            string[] rest = [.. arguments.Skip(1)];
            if (rest.Any(a => a is "--help" or "-h")) verb = "help";
            int code = verb switch
            {
                "limit-server" => ServeLimit(rest),
                "media" => CompareMedia(rest),
                "types" => TypesCommand.Run(BenchOptionsParser.Parse(verb, rest), EndAll),
                "scripts" => ScriptsCommand.Run(rest, EndAll),
                "disk" => DiskCommand.Run(rest, EndAll),
                "memory" => MemoryCommand.Run(rest, EndAll),
                "cleaning" => CleaningCommand.Run(rest, EndAll),
                "zio-redis" => ZioRedisCommand.Run(rest, EndAll),
                "echo" => EchoCommand.Run(rest, EndAll),
                "faults" => FaultsCommand.Run(rest),
                "stalls" => StallsCommand.Run(rest, EndAll),
                "paper" => PaperCommand.Run(rest, EndAll),
                "help" or "--help" or "-h" => Help(),
                "version" or "--version" => ShowVersion(),
                _ => Compare(BenchOptionsParser.Parse(verb, rest)),
            };
            return code == 0 && !rest.Contains("--smoke") && RunProgress.Disturbance is { IsBusy: true } busy ? TellBusy(busy) : code;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"pkv-bench: {e.Message}");
            return 2;
        }
        catch (Exception e) when (e is BadReplyException or InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"pkv-bench: FAILED: {e.Message}");
            return 1;
        }
    }

    private static int TellBusy(Disturbance busy)
    {
        const int unusable = 3;
        Console.Error.WriteLine($"pkv-bench: {busy.Sentence.Replace("*", "")}");
        return unusable;
    }

    private static int Help()
    {
        Console.WriteLine(Usage);
        return 0;
    }

    private static int ShowVersion()
    {
        Console.WriteLine($"pkv-bench {typeof(Commands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}");
        return 0;
    }

    private static int Compare(BenchOptions options)
    {
        IReadOnlyList<ServerSpec> servers = new ServerCatalog(options.PkvPath, options.LimitReceiveBytes)
            .Installed(options.Servers, options.ServersNamed, Console.WriteLine);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, EndAll);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndAll);
        IReadOnlyList<RunResult> results = [];
        RunProgress.Show(Comparison.StepsOf(options, servers.Count),
            progress => results = new Comparison(options, servers, progress).Run());
        ComparisonReport report = new(options, servers, results);
        if (options.IsSmoke) Console.WriteLine($"smoke: {results.Count} windows, {results.Sum(r => r.Load.Operations):N0} replies, all as they must be");
        else Console.WriteLine(report.Text());
        if (options.OutputPath != null) report.Write(options.OutputPath);
        return options.IsSmokeOfAll ? SmokeOfTheRest(options) : 0;
    }

    // Each ends with 0 or an exception.
    private static int SmokeOfTheRest(BenchOptions options) =>
        TypesCommand.Run(options.TypesSmoke(), EndAll) | MemoryCommand.Run(options.MemorySmoke(), EndAll) | CleaningCommand.Run(options.CleaningSmoke(), EndAll)
        | EchoCommand.Run(new EchoOptions().AsSmoke(), EndAll) | FaultsCommand.Run(new FaultsOptions().AsSmoke()) | PaperCommand.Run(options.PaperSmoke(), EndAll)
        | StallsCommand.Run(options.StallsSmoke(), EndAll) | ScriptsCommand.Run(options.ScriptsSmoke(), EndAll);

    // The servers would outlive a benchmark that is interrupted.
    private static void EndAll(PosixSignalContext context)
    {
        context.Cancel = true;
        ServerProcess.EndAll();
        Environment.Exit(130);
    }

    private static int CompareMedia(string[] arguments)
    {
        OptionReader reader = new(arguments);
        string directory = reader.Text("dir") ?? Path.Combine(Environment.CurrentDirectory, "bench-media.tmp");
        int rounds = reader.Number("rounds", 3);
        TimeSpan window = reader.Seconds("seconds", TimeSpan.FromSeconds(0.5));
        long poolBytes = reader.Size("pool-size", 128L << 20);
        string? output = BenchOptionsParser.Output(reader.Text("out"));
        reader.RejectRest();
        bool isOurs = !Directory.Exists(directory);
        Directory.CreateDirectory(directory);
        try
        {
            IReadOnlyList<MediaResult> durable = [];
            IReadOnlyList<DirtyingResult> dirtying = [];
            RunProgress.Show(MediaExperiment.StepsOf(rounds),
                progress => (durable, dirtying) = new MediaExperiment(directory, poolBytes, window, rounds, progress).Run());
            string section = MediaReport.Markdown(durable, dirtying, rounds);
            Console.WriteLine(section);
            if (output != null) MarkedSection.Write(output, ComparisonReport.Opening, MediaReport.SectionName, section);
            return 0;
        }
        finally
        {
            if (isOurs) Directory.Delete(directory, recursive: true);
        }
    }

    // Hidden: the benchmark starts itself with it.
    private static int ServeLimit(string[] arguments)
    {
        OptionReader reader = new(arguments);
        int receiveBytes = reader.Number("receive-bytes", ServerCatalog.LimitReceiveBytesDefault);
        using LimitListener listener = new(
            reader.Number("port", 0), reader.Number("value-size", 64), receiveBytes, reader.Size("area-bytes", receiveBytes), reader.Number("fields", 0));
        reader.RejectRest();
        listener.Run();
        return 0;
    }
}
