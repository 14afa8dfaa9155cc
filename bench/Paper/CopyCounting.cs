using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>
/// Counts copies per operation instead of guessing them. A program's own: the servers run with libzio preloaded, which in
/// this mode changes nothing and counts every copy of a page or more, those of .NET's runtime among them. The kernel's: the
/// servers' INFO tells what went through sockets, and what went to files is Redis's log's growth, or for a server that maps
/// its log what /proc says that it wrote. What N operations cost is the difference between a run of 2 N and one of N, so
/// that starting and filling do not count.
/// </summary>
internal sealed class CopyCounting(PaperOptions options, IReadOnlyList<ServerSpec> servers, string library, IRunProgress progress)
{
    /// <summary>Large enough that keys, framing and bookkeeping are noise beside it.</summary>
    public const int ValueBytes = 64 << 10;

    private const int CountFromBytes = 4096;
    private const int Keys = 64;
    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs of servers.</summary>
    public static int StepsOf(int servers) => 2 * servers;

    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    public IReadOnlyList<CopyCount> Run()
    {
        List<CopyCount> counts = [];
        foreach (ServerSpec spec in servers)
        {
            foreach (Verb verb in new[] { Verb.Set, Verb.Get })
            {
                Totals once = Count(spec, verb, options.CountedOperations), twice = Count(spec, verb, 2 * options.CountedOperations);
                double bytes = (double)options.CountedOperations * ValueBytes;
                double Of(Func<Totals, double> total) => Math.Max(0, (total(twice) - total(once)) / bytes); // below 0: noise of two starts
                counts.Add(new CopyCount(spec.Name, verb.Name().ToUpperInvariant(), Of(t => t.Copied), Of(t => t.Received), Of(t => t.Sent), Of(t => t.Logged)));
                progress.Step(string.Create(CultureInfo.InvariantCulture, $"copies of {verb.Name()}: {spec.Name} {counts[^1].Application:F2} + {counts[^1].Kernel:F2}"));
            }
        }
        return counts;
    }

    private Totals Count(ServerSpec spec, Verb verb, int operations)
    {
        Dictionary<string, string> environment = new(spec.Environment) { ["ZIO_THRESHOLD"] = CountFromBytes.ToString(CultureInfo.InvariantCulture) };
        foreach ((string name, string value) in ZioPreload.Variables(library, "count", tells: true)) environment[name] = value;
        int[] cores = CorePinning.AllowedCores();
        ServerProcess server = ServerProcess.Start(spec with { Environment = environment }, cores[^1], cores[0], options.WorkDirectory, ValueBytes, options.PoolSize);
        double received, sent, logged;
        using (server)
        {
            Drive(server, new Workload(Verb.Set, ValueBytes, 1, 1, Keys) { Sequential = true }, Keys);
            Drive(server, new Workload(verb, ValueBytes, 1, 1, Keys), operations);
            using AdminConnection admin = server.Connect();
            string info = admin.Call("INFO");
            received = InfoText.Number(info, "total_net_input_bytes");
            sent = InfoText.Number(info, "total_net_output_bytes");
            logged = spec.HasReceiveCounters ? WrittenByCalls(server.ProcessId) : InfoText.Number(info, "aof_current_size");
        }
        IReadOnlyDictionary<string, long> counters = ZioPreload.Counters(server.Output);
        return counters.TryGetValue("bytes_copied", out long copied)
            ? new Totals(copied, received, sent, logged)
            : throw new BadReplyException($"libzio did not count: {server.Output}");
    }

    // Bytes given to write(2) and similar calls on any descriptor; send and sendmsg, by which Pkv replies, are not among them.
    private static double WrittenByCalls(int processId) => File.ReadLines($"/proc/{processId}/io")
        .Where(line => line.StartsWith("wchar: ", StringComparison.Ordinal))
        .Select(line => double.Parse(line.AsSpan("wchar: ".Length), CultureInfo.InvariantCulture)).First();

    private static void Drive(ServerProcess server, Workload workload, long operations)
    {
        using LoadClient client = new(server.Port, workload, spins: false, seed: 1);
        client.Run(operations, NoLimit);
    }

    private sealed record Totals(double Copied, double Received, double Sent, double Logged);
}
