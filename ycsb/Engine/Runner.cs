using System.Globalization;
using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;
using Pkv.Ycsb.Report;

namespace Pkv.Ycsb.Engine;

/// <summary>One phase from its properties to its result: connects, lets the event loops run, watches them, adds up.</summary>
internal sealed class Runner(RunSettings settings, RedisSettings redis, CoreWorkload workload)
{
    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_logEvery = TimeSpan.FromSeconds(1);
    private readonly List<(double Seconds, long Operations)> _samples = [];
    private LatencyLog? _log;
    private IOException? _failure;

    /// <summary>Take samples of how far it is, for a plot.</summary>
    public bool TakesSamples { get; init; }

    /// <summary>The file that gets the latencies of each second as HdrHistogram's log; null for none.</summary>
    public string? LatencyLogPath { get; init; }

    /// <summary>Runs the phase.</summary>
    /// <param name="view">Shown how far it is.</param>
    /// <param name="stop">Ends the phase early; what was done until then is reported.</param>
    /// <exception cref="IOException">The server cannot be reached, was lost or was silent; or the log of latencies cannot be written.</exception>
    public RunResult Run(IRunView view, CancellationToken stop)
    {
        using RedisConnection? admin = settings.ReadsServerCpu ? new RedisConnection(redis) : null;
        long start = 0;
        EventLoop[] loops = Connect(ref start);
        try
        {
            int collections = GC.CollectionCount(0);
            TimeSpan pause = GC.GetTotalPauseDuration(), cpu = Environment.CpuUsage.TotalTime;
            TimeSpan? serverCpu = ServerCpu(admin);
            long end = start;
            view.Run(show => end = RunAll(loops, view.Every, show, start, stop));
            if (_failure != null) throw new IOException(_failure.Message, _failure);
            Measurements all = new(settings.MetricsOf(workload), settings.Interval);
            foreach (EventLoop loop in loops) all.Add(loop.Context.Measurements);
            return new RunResult(all, TimeSpan.FromTicks((end - start) / 100), Environment.CpuUsage.TotalTime - cpu, ServerCpu(admin) - serverCpu,
                GC.CollectionCount(0) - collections, GC.GetTotalPauseDuration() - pause, _samples);
        }
        finally
        {
            foreach (EventLoop loop in loops) loop.Dispose();
            _log?.Dispose();
        }
    }

    private EventLoop[] Connect(ref long start)
    {
        EventLoop[] loops = new EventLoop[settings.Loops];
        RedisConnection[] connections = new RedisConnection[settings.Clients];
        try
        {
            for (int i = 0; i < connections.Length; i++) connections[i] = new RedisConnection(redis);
            LoopContext[] contexts = [.. Enumerable.Range(0, settings.Loops).Select(i => new LoopContext(settings, redis, workload, settings.Seed + 2 * (ulong)i))];
            // Before the clock runs: it takes memory and a file.
            if (LatencyLogPath != null) _log = new LatencyLog(LatencyLogPath, [.. contexts.Select(c => c.Measurements)]);
            start = Clock.NowNs();
            // Under a target, the clients' operations are spread evenly over the time of one operation each.
            double everyNs = settings.Target > 0 ? 1e9 * settings.Clients / settings.Target : 0;
            for (int i = 0; i < loops.Length; i++)
            {
                List<Client> clients = [];
                for (int c = i; c < settings.Clients; c += settings.Loops)
                    clients.Add(new Client(contexts[i], connections[c], new Pace(start + (long)(everyNs * c / settings.Clients), everyNs), ShareOf(c)));
                loops[i] = new EventLoop(contexts[i], [.. clients]);
            }
            return loops;
        }
        catch
        {
            foreach (RedisConnection? connection in connections) connection?.Dispose();
            _log?.Dispose();
            throw;
        }
    }

    private long ShareOf(int client) => settings.Operations == 0
        ? long.MaxValue
        : settings.Operations / settings.Clients + (client < settings.Operations % settings.Clients ? 1 : 0);

    // Answers when the last operation ended.
    private long RunAll(EventLoop[] loops, TimeSpan showEvery, Action<RunProgress> show, long start, CancellationToken stop)
    {
        Measurements[] measured = [.. loops.Select(l => l.Context.Measurements)];
        using CountdownEvent running = new(loops.Length);
        Thread[] threads = [.. loops.Select(loop => new Thread(() => RunOne(loop, loops, running)) { IsBackground = true, Name = "event loop" })];
        foreach (Thread thread in threads) thread.Start();
        RunProgress progress = new(measured, settings.Operations, start);
        TimeSpan wait = TakesSamples && s_sampleEvery < showEvery ? s_sampleEvery : showEvery;
        TimeSpan nextShow = showEvery, nextLog = s_logEvery;
        bool isStopped = false;
        while (!running.Wait(Least(wait, isStopped ? wait : LeftOf(start))))
        {
            TimeSpan elapsed = Elapsed(start);
            if (TakesSamples) _samples.Add((elapsed.TotalSeconds, progress.CountNow()));
            if (!isStopped && (stop.IsCancellationRequested || LeftOf(start) == TimeSpan.Zero))
            {
                isStopped = true;
                foreach (EventLoop loop in loops) loop.Stop();
            }
            if (elapsed >= nextLog)
            {
                nextLog += s_logEvery;
                AppendToLog(loops);
            }
            if (elapsed < nextShow) continue;
            nextShow += showEvery;
            progress.Update();
            show(progress);
        }
        long end = Clock.NowNs();
        foreach (Thread thread in threads) thread.Join();
        AppendToLog(loops);
        if (TakesSamples) _samples.Add((Elapsed(start).TotalSeconds, progress.CountNow()));
        progress.Update();
        show(progress);
        return end;
    }

    private void RunOne(EventLoop loop, EventLoop[] all, CountdownEvent running)
    {
        try
        {
            loop.Run();
        }
        catch (IOException e)
        {
            Fail(e, all);
        }
        finally
        {
            running.Signal();
        }
    }

    // A log that cannot be written ends the run in order: the loops still use what an exception from here would dispose.
    private void AppendToLog(EventLoop[] all)
    {
        try
        {
            _log?.Append();
        }
        catch (IOException e)
        {
            Fail(e, all);
        }
    }

    private void Fail(IOException e, EventLoop[] all)
    {
        Interlocked.CompareExchange(ref _failure, e, null);
        foreach (EventLoop loop in all) loop.Stop();
    }

    // Also how soon a signal to stop is seen.
    private static TimeSpan Least(TimeSpan wait, TimeSpan left)
    {
        TimeSpan most = TimeSpan.FromMilliseconds(200);
        TimeSpan least = wait < left ? wait : left;
        return least < most ? least : most;
    }

    private TimeSpan LeftOf(long start)
    {
        if (settings.MaxSeconds == 0) return TimeSpan.MaxValue;
        TimeSpan left = TimeSpan.FromSeconds(settings.MaxSeconds) - Elapsed(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static TimeSpan Elapsed(long start) => TimeSpan.FromTicks((Clock.NowNs() - start) / 100);

    private static TimeSpan? ServerCpu(RedisConnection? admin)
    {
        if (admin == null) return null;
        string info = admin.Call("INFO", "cpu");
        double Of(string name) => info.Split('\n').Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(l => double.Parse(l.AsSpan(name.Length + 1).Trim(), CultureInfo.InvariantCulture)).FirstOrDefault();
        return TimeSpan.FromSeconds(Of("used_cpu_sys") + Of("used_cpu_user"));
    }
}
