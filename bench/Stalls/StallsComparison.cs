using System.Diagnostics;
using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Stalls;

/// <summary>
/// Runs one hostile client after the other against each server while other connections send PING, and notes the longest that one
/// of these had to wait. Nothing is pinned: all of a server's threads are to run.
/// </summary>
internal sealed class StallsComparison(StallsOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
{
    private const int Probes = 4;
    private static readonly TimeSpan s_longestClose = TimeSpan.FromMinutes(3);

    private readonly IReadOnlyList<HostileClient> _clients =
        [.. new HostileClients(options.Elements).All.Where(c => c.Title.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Hostile clients in a whole run.</summary>
    public static int StepsOf(StallsOptions options, int servers) =>
        servers * new HostileClients(options.Elements).All.Count(c => c.Title.Contains(options.Only, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public IReadOnlyList<StallResult> Run()
    {
        List<StallResult> results = [];
        foreach (ServerSpec spec in servers)
            Run(spec, results);
        return results;
    }

    private void Run(ServerSpec spec, List<StallResult> results)
    {
        using ServerProcess server = ServerProcess.StartUnpinned(spec, options.WorkDirectory, options.PoolSize);
        try
        {
            using (BulkConnection loader = new(server.Port))
                new HostileClients(options.Elements).Load(loader);
            foreach (HostileClient client in _clients)
            {
                StallResult result = Measure(server, client);
                results.Add(result);
                progress.Step(string.Create(CultureInfo.InvariantCulture,
                    $"{spec.Name,-6} {client.Title,-45} took {result.TookMs,8:F1} ms, worst PING {result.Most.Ms,8:F1} (ran {result.Most.Ran:F1}, no core {result.Most.Waited:F1}) and {result.Least,8:F1} ms"));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or System.Net.Sockets.SocketException)
        {
            throw new BadReplyException($"{spec.Name}: {e.Message}{Environment.NewLine}{server.Output}");
        }
    }

    private static StallResult Measure(ServerProcess server, HostileClient client)
    {
        using BulkConnection connection = new(server.Port);
        using PingProbes probes = new(server, Probes);
        using AdminConnection admin = server.Connect();
        client.Prepare?.Invoke(connection);
        long others = client.Closes ? Connected(admin) - 1 : 0;
        // Not in the middle of what is measured.
        GC.Collect();
        probes.Reset();
        Stopwatch took = Stopwatch.StartNew();
        client.Act(connection);
        // It is gone from the list of clients last of all.
        while (client.Closes && Connected(admin) > others)
        {
            if (took.Elapsed > s_longestClose) throw new BadReplyException($"{client.Title}: the server has not let go of it after {s_longestClose.TotalMinutes} minutes");
        }
        double tookMs = took.Elapsed.TotalMilliseconds;
        // What the server does afterwards, of its own, counts as well.
        for (int i = 0; i < 50; i++) admin.Call("PING");
        LongestPing[] longest = probes.Longest();
        return new StallResult(client.Title, server.Spec.Name, tookMs, longest.MaxBy(static p => p.Ms), longest.Min(static p => p.Ms));
    }

    private static long Connected(AdminConnection admin) =>
        (long)InfoText.Number(admin.Call("INFO", "clients"), "connected_clients");
}
