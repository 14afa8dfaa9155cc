namespace Pkv.Ycsb.Measuring;

/// <summary>
/// All that one event loop measures. That loop writes; others may look at <see cref="Operations"/> and at histograms
/// meanwhile.
/// </summary>
internal sealed class Measurements
{
    private readonly Metric?[] _metrics = new Metric?[Enum.GetValues<MetricName>().Length];
    private long _operations;
    private string? _firstError;

    /// <param name="names">What will be measured; each costs memory.</param>
    /// <param name="interval">From when latencies count.</param>
    public Measurements(IEnumerable<MetricName> names, MeasuredInterval interval)
    {
        Interval = interval;
        foreach (MetricName name in names) _metrics[(int)name] = new Metric();
    }

    public MeasuredInterval Interval { get; }

    /// <summary>Operations of the workload that have ended, well or badly; a read-modify-write is one.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>What the server said to the first operation that it refused; null while there is none.</summary>
    public string? FirstError => Volatile.Read(ref _firstError);

    /// <summary>One kind, or null if it is not measured.</summary>
    public Metric? Find(MetricName name) => _metrics[(int)name];

    /// <summary>All that are measured, in their order.</summary>
    public IEnumerable<(MetricName Name, Metric Metric)> All()
    {
        for (int i = 0; i < _metrics.Length; i++)
            if (_metrics[i] is { } metric) yield return ((MetricName)i, metric);
    }

    /// <summary>An operation of the workload has ended.</summary>
    public void CountOperation() => Volatile.Write(ref _operations, _operations + 1);

    /// <summary>Keeps what the server said, if it is the first such.</summary>
    public void NoteError(ReadOnlySpan<byte> reply) =>
        _firstError ??= System.Text.Encoding.UTF8.GetString(reply.TrimEnd("\r\n"u8));

    /// <summary>Something measured has ended.</summary>
    /// <param name="name">What.</param>
    /// <param name="outcome">How.</param>
    /// <param name="begunNs">When it was begun.</param>
    /// <param name="intendedNs">When it was to be begun.</param>
    /// <param name="endNs">When it ended.</param>
    public void Record(MetricName name, Outcome outcome, long begunNs, long intendedNs, long endNs)
    {
        Metric metric = _metrics[(int)name]!;
        metric.Outcomes[(int)outcome]++;
        bool isDone = outcome == Outcome.Ok;
        if (Interval != MeasuredInterval.Intended) (isDone ? metric.Done : metric.Failed).Record(endNs - begunNs);
        if (Interval != MeasuredInterval.Operation) (isDone ? metric.Intended : metric.IntendedFailed).Record(endNs - intendedNs);
    }

    /// <summary>Adds what another loop measured of the same kinds.</summary>
    public void Add(Measurements other)
    {
        foreach ((MetricName name, Metric metric) in other.All()) _metrics[(int)name]!.Add(metric);
        _operations += other.Operations;
        _firstError ??= other.FirstError;
    }
}
