using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;

namespace Pkv.Ycsb.Engine;

/// <summary>What the clients of one event loop have in common.</summary>
internal sealed class LoopContext(RunSettings settings, RedisSettings redis, CoreWorkload workload, ulong seed)
{
    public RunSettings Settings => settings;

    public CoreWorkload Workload => workload;

    /// <summary>Operations that a client may have on the wire at once.</summary>
    public int Pipeline => redis.Pipeline;

    /// <summary>After so long without a reply that is awaited the run is given up.</summary>
    public long TimeoutNs => redis.TimeoutMs * 1_000_000L;

    /// <summary>
    /// The commands of one operation go out one by one, each when the one before has been answered, as YCSB's binding does
    /// it; else those that do not depend on each other go out together.
    /// </summary>
    public bool IsStepByStep => redis.Pipeline == 1;

    public OperationSource Source { get; } = new(workload, settings.IsLoad, seed);

    public RecordRequests Requests { get; } = new(workload, seed + 1);

    public Measurements Measurements { get; } = new(settings.MetricsOf(workload), settings.Interval);
}
