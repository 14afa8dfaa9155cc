using Pkv.Engine.Execution;
using Pkv.Server.Configuration;

namespace Pkv.Server.Monitoring;

/// <summary>
/// Events that took at least latency-monitor-threshold, as LATENCY shows them: "command", "fast-command" and "fsync".
/// As in Redis the worst of each second is kept, for the last 160 such seconds. Any thread; costs nothing while
/// the threshold is 0. Source: redis.io, "Latency monitoring".
/// </summary>
public sealed class LatencyMonitor(PkvOptions options)
{
    private const int MaxSamples = 160;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Event> _events = new(StringComparer.Ordinal);

    /// <summary>The monitor is on.</summary>
    public bool IsOn => options.LatencyMonitorThresholdMs > 0;

    /// <summary>Takes note of an event, if it took long enough.</summary>
    public void Consider(string name, long milliseconds)
    {
        if (!IsOn || milliseconds < options.LatencyMonitorThresholdMs)
            return;
        long second = Clock.NowMs() / 1000;
        lock (_lock)
        {
            if (!_events.TryGetValue(name, out Event? e))
                _events[name] = e = new Event();
            e.MaxMs = Math.Max(e.MaxMs, milliseconds);
            if (e.Samples.Last is { } last && last.Value.UnixSeconds == second)
                last.Value = last.Value with { Milliseconds = Math.Max(last.Value.Milliseconds, milliseconds) };
            else
                e.Samples.AddLast(new LatencySample(second, milliseconds));
            if (e.Samples.Count > MaxSamples)
                e.Samples.RemoveFirst();
        }
    }

    /// <summary>Each event, its last sample, and its longest duration ever in milliseconds.</summary>
    public List<(string Name, LatencySample Last, long MaxMs)> Latest()
    {
        lock (_lock)
            return [.. _events.Select(e => (e.Key, e.Value.Samples.Last!.Value, e.Value.MaxMs))];
    }

    /// <summary>The samples of an event, the oldest first.</summary>
    public List<LatencySample> History(string name)
    {
        lock (_lock)
            return _events.TryGetValue(name, out Event? e) ? [.. e.Samples] : [];
    }

    /// <summary>Forgets the events of these names (none: all). Returns how many there were.</summary>
    public int Reset(IReadOnlyCollection<string> names)
    {
        lock (_lock)
        {
            string[] forgotten = [.. names.Count == 0 ? _events.Keys : names.Where(_events.ContainsKey).Distinct()];
            foreach (string name in forgotten)
                _events.Remove(name);
            return forgotten.Length;
        }
    }

    private sealed class Event
    {
        public readonly LinkedList<LatencySample> Samples = [];
        public long MaxMs;
    }
}

/// <summary>The worst of an event in one second.</summary>
public readonly record struct LatencySample(long UnixSeconds, long Milliseconds);
