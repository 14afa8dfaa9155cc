using System.Text;
using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Core;

/// <summary>
/// YCSB's CoreWorkload: which records there are, what they look like and how they are asked for. The properties' names,
/// defaults and meaning are the original's (Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010, and
/// release 0.17). Immutable but for the counters that all clients share; from any thread.
/// </summary>
internal sealed class CoreWorkload
{
    private readonly PropertySet _properties;
    private readonly string _distribution;
    private readonly long _operations;
    private readonly SharedCounter _sequential = new(0);

    /// <exception cref="ArgumentException">A property is wrong or missing.</exception>
    public CoreWorkload(PropertySet properties, long operations)
    {
        _properties = properties;
        _operations = operations;
        string name = properties.Text("workload", "site.ycsb.workloads.CoreWorkload");
        if (!name.EndsWith(".CoreWorkload", StringComparison.Ordinal)) throw new ArgumentException($"workload={name}: only CoreWorkload is known");
        RecordCount = properties.Number("recordcount", 0);
        if (RecordCount == 0) throw new ArgumentException("recordcount is not set");
        InsertStart = properties.Number("insertstart", 0, most: RecordCount);
        InsertCount = properties.Number("insertcount", RecordCount - InsertStart);
        if (InsertStart + InsertCount > RecordCount) throw new ArgumentException("recordcount is less than insertstart + insertcount");
        if (InsertCount == 0) throw new ArgumentException("insertcount is 0: there are no records");
        ZeroPadding = properties.Count("zeropadding", 1, most: 100);
        // As there: all that is not "hashed" is in order.
        IsOrdered = properties.Text("insertorder", "hashed") != "hashed";
        FieldCount = properties.Count("fieldcount", 10, least: 1, most: 10_000);
        string prefix = properties.Text("fieldnameprefix", "field");
        FieldNames = [.. Enumerable.Range(0, FieldCount).Select(i => Encoding.UTF8.GetBytes($"{prefix}{i}"))];
        FieldLengthMost = properties.Count("fieldlength", 100, least: 1, most: 512 << 20);
        ReadsAllFields = properties.Flag("readallfields", true);
        ReadsAllFieldsByName = properties.Flag("readallfieldsbyname", false);
        WritesAllFields = properties.Flag("writeallfields", false);
        ChecksData = properties.Flag("dataintegrity", false);
        if (ChecksData && properties.Text("fieldlengthdistribution", "constant") != "constant")
            throw new ArgumentException("dataintegrity needs fieldlengthdistribution=constant");
        _distribution = properties.Text("requestdistribution", "uniform");
        Mix = new OperationMix(properties);
        Loaded = new SharedCounter(InsertStart);
        Inserted = new AcknowledgedCounter(RecordCount);
        // What is wrong with a distribution is to be said now, not by a client later.
        RandomSource random = new(0);
        _ = (FieldLengths(random), ScanLengths(random), Keys(random));
    }

    public long RecordCount { get; }

    public long InsertStart { get; }

    public long InsertCount { get; }

    /// <summary>Digits of a key's number at least.</summary>
    public int ZeroPadding { get; }

    /// <summary>Keys are the records' numbers, not their hashes.</summary>
    public bool IsOrdered { get; }

    public int FieldCount { get; }

    public IReadOnlyList<byte[]> FieldNames { get; }

    /// <summary>Bytes of the longest value of a field.</summary>
    public int FieldLengthMost { get; }

    public bool ReadsAllFields { get; }

    public bool ReadsAllFieldsByName { get; }

    public bool WritesAllFields { get; }

    /// <summary>Values follow from key and field, and each value read is compared with what it must be.</summary>
    public bool ChecksData { get; }

    public OperationMix Mix { get; }

    /// <summary>Records given out by the load phase.</summary>
    public SharedCounter Loaded { get; }

    /// <summary>Records that a run inserts.</summary>
    public AcknowledgedCounter Inserted { get; }

    /// <summary>True if keys are drawn as ages, counted back from the record inserted last.</summary>
    public bool DrawsAges => _distribution == "exponential";

    /// <summary>Lengths of fields' values.</summary>
    public INumberGenerator FieldLengths(RandomSource random)
    {
        int least = _properties.Count("minfieldlength", 1, most: FieldLengthMost);
        string distribution = _properties.Text("fieldlengthdistribution", "constant");
        return distribution switch
        {
            "constant" => new ConstantGenerator(FieldLengthMost),
            "uniform" => new UniformGenerator(least, FieldLengthMost, random),
            "zipfian" => new ZipfianGenerator(least, FieldLengthMost, random),
            _ => throw new ArgumentException($"fieldlengthdistribution={distribution} is not constant, uniform or zipfian"),
        };
    }

    /// <summary>Records of a scan.</summary>
    public INumberGenerator ScanLengths(RandomSource random)
    {
        int least = _properties.Count("minscanlength", 1, least: 1);
        int most = _properties.Count("maxscanlength", 1000, least);
        string distribution = _properties.Text("scanlengthdistribution", "uniform");
        return distribution switch
        {
            "uniform" => new UniformGenerator(least, most, random),
            "zipfian" => new ZipfianGenerator(least, most, random),
            _ => throw new ArgumentException($"scanlengthdistribution={distribution} is not uniform or zipfian"),
        };
    }

    /// <summary>Numbers of the records that are asked for; ages if <see cref="DrawsAges"/>.</summary>
    public INumberGenerator Keys(RandomSource random)
    {
        long last = InsertStart + InsertCount - 1;
        return _distribution switch
        {
            "uniform" => new UniformGenerator(InsertStart, last, random),
            "sequential" => new SequentialGenerator(InsertStart, last, _sequential),
            "zipfian" => new ScrambledZipfianGenerator(InsertStart, InsertStart + InsertCount + ExpectedInserts, random),
            "latest" => new LatestGenerator(Inserted, random),
            "hotspot" => new HotspotGenerator(InsertStart, last, _properties.Share("hotspotdatafraction", 0.2), _properties.Share("hotspotopnfraction", 0.8), random),
            "exponential" => new ExponentialGenerator(ExponentialPercentile, RecordCount * _properties.Share("exponential.frac", 0.8571428571, double.MaxValue), random),
            _ => throw new ArgumentException($"requestdistribution={_distribution} is not uniform, zipfian, latest, hotspot, sequential or exponential"),
        };
    }

    // Keys that a run will add, twice as many as expected, so that the popular keys stay the same while it adds them; who
    // draws one that is not there yet draws again.
    private long ExpectedInserts => (long)(_operations * _properties.Share("insertproportion", 0, double.MaxValue) * 2);

    private double ExponentialPercentile => _properties.Share("exponential.percentile", 95, 100) is double p and > 0 and < 100
        ? p : throw new ArgumentException("exponential.percentile is not between 0 and 100");
}
