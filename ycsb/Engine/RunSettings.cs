using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Engine;

/// <summary>How a phase is run: the properties of YCSB's client, and this runner's own ("client.…").</summary>
internal sealed class RunSettings
{
    /// <param name="properties">All properties.</param>
    /// <param name="isLoad">The load phase; else the run phase.</param>
    /// <exception cref="ArgumentException">A property is wrong or missing.</exception>
    public RunSettings(PropertySet properties, bool isLoad)
    {
        IsLoad = isLoad;
        long records = properties.Number("recordcount", 0);
        Operations = isLoad
            ? properties.Number("insertcount", records - properties.Number("insertstart", 0))
            : properties.Number("operationcount", 0);
        MaxSeconds = properties.Count("maxexecutiontime", 0);
        if (!isLoad && Operations == 0 && MaxSeconds == 0) throw new ArgumentException("neither operationcount nor maxexecutiontime is set: the run would never end");
        int threads = properties.Count("threadcount", 1, least: 1, most: 10_000);
        Clients = (int)(Operations == 0 ? threads : Math.Min(threads, Operations));
        Loops = Math.Min(Clients, properties.Count("client.loops", 1, least: 1, most: 1024));
        Target = properties.Count("target", 0);
        Spins = properties.Text("client.wait", "sleep") switch
        {
            "sleep" => false,
            "spin" => true,
            string other => throw new ArgumentException($"client.wait={other} is not sleep or spin"),
        };
        Interval = properties.Text("measurement.interval", "op") switch
        {
            "op" => MeasuredInterval.Operation,
            "intended" => MeasuredInterval.Intended,
            "both" => MeasuredInterval.Both,
            string other => throw new ArgumentException($"measurement.interval={other} is not op, intended or both"),
        };
        string type = properties.Text("measurementtype", "hdrhistogram");
        if (type != "hdrhistogram") throw new ArgumentException($"measurementtype={type}: only hdrhistogram is known");
        RetryLimit = isLoad ? properties.Count("core_workload_insertion_retry_limit", 0) : 0;
        RetrySeconds = properties.Count("core_workload_insertion_retry_interval", 3);
        ReadsServerCpu = properties.Flag("client.servercpu", false);
        Seed = (ulong)properties.Number("client.seed", Random.Shared.NextInt64());
    }

    public bool IsLoad { get; }

    /// <summary>Operations of all clients; 0: until the time is over.</summary>
    public long Operations { get; }

    /// <summary>Seconds after which no operation begins; 0: no end but by operations.</summary>
    public int MaxSeconds { get; }

    /// <summary>Connections, which YCSB calls threads.</summary>
    public int Clients { get; }

    /// <summary>Threads that drive them, each with an event loop of its own.</summary>
    public int Loops { get; }

    /// <summary>Operations per second of all clients together; 0: as fast as they go.</summary>
    public int Target { get; }

    /// <summary>While nothing comes, the loops look again at once: for measurements with a core to spare for each.</summary>
    public bool Spins { get; }

    public MeasuredInterval Interval { get; }

    /// <summary>How often an insert of the load phase is tried again.</summary>
    public int RetryLimit { get; }

    /// <summary>After how many seconds, on average.</summary>
    public int RetrySeconds { get; }

    /// <summary>Ask the server's INFO for its CPU time before and after.</summary>
    public bool ReadsServerCpu { get; }

    /// <summary>Where random numbers start.</summary>
    public ulong Seed { get; }

    /// <summary>What will be measured.</summary>
    public IReadOnlyList<MetricName> MetricsOf(CoreWorkload workload)
    {
        if (IsLoad) return [MetricName.Insert];
        bool Has(OperationKind kind) => workload.Mix.ShareOf(kind) > 0;
        bool both = Has(OperationKind.ReadModifyWrite);
        List<MetricName> names = [];
        if (Has(OperationKind.Read) || both) names.Add(MetricName.Read);
        if (Has(OperationKind.Update) || both) names.Add(MetricName.Update);
        if (Has(OperationKind.Insert)) names.Add(MetricName.Insert);
        if (Has(OperationKind.Scan)) names.Add(MetricName.Scan);
        if (both) names.Add(MetricName.ReadModifyWrite);
        if (workload.ChecksData) names.Add(MetricName.Verify);
        return names;
    }
}
