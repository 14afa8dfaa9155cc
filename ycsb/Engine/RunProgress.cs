using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Engine;

/// <summary>
/// How far a run is, read from the loops' measurements while they write them: operations so far, and the latencies since the
/// last look. Main thread only.
/// </summary>
internal sealed class RunProgress
{
    private readonly IReadOnlyList<Measurements> _loops;
    private readonly LatencyWindow[] _rows;
    private long _lastNs;
    private long _lastOperations;

    /// <param name="loops">What the loops measure.</param>
    /// <param name="total">Operations of the whole run; 0: not known.</param>
    /// <param name="startNs">When the run began.</param>
    public RunProgress(IReadOnlyList<Measurements> loops, long total, long startNs)
    {
        _loops = loops;
        Total = total;
        StartNs = _lastNs = startNs;
        bool isIntended = loops[0].Interval == MeasuredInterval.Intended;
        _rows = [.. loops[0].All().Select(m => new LatencyWindow(loops, m.Name, metric => isIntended ? metric.Intended : metric.Done))];
    }

    public long StartNs { get; }

    /// <summary>Operations of the whole run; 0: not known.</summary>
    public long Total { get; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Operations that have ended.</summary>
    public long Operations { get; private set; }

    /// <summary>Operations per second since the last sample.</summary>
    public double CurrentRate { get; private set; }

    /// <summary>Operations per second since the start.</summary>
    public double MeanRate => Elapsed > TimeSpan.Zero ? Operations / Elapsed.TotalSeconds : 0;

    /// <summary>Each kind that is measured, with its latencies since the last sample.</summary>
    public IReadOnlyList<LatencyWindow> Rows => _rows;

    /// <summary>Operations that have ended by now; without a look.</summary>
    public long CountNow() => _loops.Sum(l => l.Operations);

    /// <summary>Looks.</summary>
    public void Update()
    {
        long now = Clock.NowNs();
        Elapsed = TimeSpan.FromTicks((now - StartNs) / 100);
        Operations = CountNow();
        CurrentRate = now > _lastNs ? (Operations - _lastOperations) * 1e9 / (now - _lastNs) : 0;
        (_lastNs, _lastOperations) = (now, Operations);
        foreach (LatencyWindow row in _rows) row.Update();
    }
}
