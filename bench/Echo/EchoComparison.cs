using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;

namespace Pkv.Bench.Echo;

/// <summary>
/// The echo server with and without libzio, taken in turn: every system restarted for each cell in each round, in rotated
/// order; server and client on a core each. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class EchoComparison(EchoOptions options, EchoProgram program, IRunProgress progress)
{
    private readonly List<EchoResult> _results = [];

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(EchoOptions options) => options.Rounds * options.Cells().Sum(cell => options.Systems.Count(s => s.Reduced(cell) == cell || IsFirst(options, s, cell)));

    /// <summary>Runs everything and answers all windows.</summary>
    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    public IReadOnlyList<EchoResult> Run()
    {
        int[] cores = CorePinning.AllowedCores();
        CorePinning.PinThisThread(cores[0]);
        for (int round = 0; round < options.Rounds; round++)
            foreach (EchoCell cell in options.Cells())
                for (int i = 0; i < options.Systems.Count; i++)
                {
                    EchoSystem system = options.Systems[(i + round) % options.Systems.Count];
                    if (system.Reduced(cell) == cell || IsFirst(options, system, cell)) Measure(system, system.Reduced(cell), cores[^1], cores[0]);
                }
        return _results;
    }

    // The bound is measured with the first of the cells that are one to it, so that it has its turn among the others.
    private static bool IsFirst(EchoOptions options, EchoSystem system, EchoCell cell) =>
        !options.Cells().Contains(system.Reduced(cell)) && options.Cells().First(c => system.Reduced(c) == system.Reduced(cell)) == cell;

    private void Measure(EchoSystem system, EchoCell cell, int serverCore, int clientCore)
    {
        long buffers = (long)options.Connections * (cell.Copies + 1) * cell.SizeBytes;
        if (!options.IsSmoke) MemoryWarmer.Warm(buffers + (64L << 20));
        using EchoServer server = EchoServer.Start(program, system, cell, serverCore, clientCore);
        try
        {
            LoadResult load;
            long cpu;
            using (EchoClient client = new(server.Port, cell, options.Connections, spins: serverCore != clientCore && !options.IsSmoke))
            {
                client.Run(options.WarmUp, 2L * options.Connections, verifyEvery: 1);
                cpu = CpuClock.OfProcess(server.ProcessId);
                load = client.Run(options.Window, options.Connections, options.VerifyEvery);
                cpu = CpuClock.OfProcess(server.ProcessId) - cpu;
            }
            EchoResult result = new(system.Name, cell, load, cpu, server.End());
            _results.Add(result);
            progress.Step(string.Create(CultureInfo.InvariantCulture,
                $"{Units.Bytes(cell.SizeBytes),7}  {cell.Copies,2} copies {cell.Touches,2} touches  {system.Name,-13} {load.Throughput,9:N0}/s  {cpu / 1e3 / load.Operations,8:F1} µs CPU/op"));
        }
        catch (Exception e) when (e is BadReplyException or IOException or System.ComponentModel.Win32Exception)
        {
            throw new BadReplyException($"{system.Name}, {cell}: {e.Message}{Environment.NewLine}{server.Errors}");
        }
    }
}
