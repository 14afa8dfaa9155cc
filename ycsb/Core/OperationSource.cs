using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Core;

/// <summary>Draws what an event loop does next. Each loop has its own; not thread-safe; allocates nothing.</summary>
internal sealed class OperationSource
{
    private readonly CoreWorkload _workload;
    private readonly bool _isLoad;
    private readonly RandomSource _random;
    private readonly INumberGenerator _keys;
    private readonly INumberGenerator _scanLengths;

    /// <param name="workload">What is drawn from.</param>
    /// <param name="isLoad">The load phase: every operation inserts the next record.</param>
    /// <param name="seed">Of this loop's own numbers.</param>
    public OperationSource(CoreWorkload workload, bool isLoad, ulong seed)
    {
        _workload = workload;
        _isLoad = isLoad;
        _random = new RandomSource(seed);
        _keys = workload.Keys(_random);
        _scanLengths = workload.ScanLengths(_random);
    }

    public OperationKind NextKind() => _isLoad ? OperationKind.Insert : _workload.Mix.Draw(_random);

    /// <summary>The number of a record that is there.</summary>
    public long NextRecord()
    {
        long last = _workload.Inserted.Last;
        while (true)
        {
            long record = _workload.DrawsAges ? last - _keys.Next() : _keys.Next();
            // A record that a run has yet to insert, or one before the first, is drawn again.
            if (record >= 0 && record <= last) return record;
            last = _workload.Inserted.Last;
        }
    }

    /// <summary>The number of a record that is not there yet.</summary>
    public long NextInsert() => _isLoad ? _workload.Loaded.Next() : _workload.Inserted.Next();

    /// <summary>An insert has been answered.</summary>
    public void EndInsert(long record)
    {
        if (!_isLoad) _workload.Inserted.Acknowledge(record);
    }

    public int NextScanLength() => (int)_scanLengths.Next();

    /// <summary>One field, each equally likely.</summary>
    public int NextField() => (int)_random.NextBelow(_workload.FieldCount);

    /// <summary>Evenly from [0, 1).</summary>
    public double NextShare() => _random.NextDouble();
}
