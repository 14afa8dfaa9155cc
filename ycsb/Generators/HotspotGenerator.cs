namespace Pkv.Ycsb.Generators;

/// <summary>
/// A share of the operations goes to a share of the records, the first ones of [least, most]; the rest goes to the rest;
/// even within each.
/// </summary>
internal sealed class HotspotGenerator : INumberGenerator
{
    private readonly long _least;
    private readonly long _hot;
    private readonly long _cold;
    private readonly double _hotOperations;
    private readonly RandomSource _random;

    /// <param name="least">First record.</param>
    /// <param name="most">Last record.</param>
    /// <param name="hotData">Share of records that are hot, 0 to 1.</param>
    /// <param name="hotOperations">Share of operations that go to them, 0 to 1.</param>
    /// <param name="random">What is drawn with.</param>
    public HotspotGenerator(long least, long most, double hotData, double hotOperations, RandomSource random)
    {
        long all = most - least + 1;
        _least = least;
        _hot = (long)(all * hotData);
        _cold = all - _hot;
        // Where one part is empty, all go to the other.
        _hotOperations = _hot == 0 ? 0 : _cold == 0 ? 1 : hotOperations;
        _random = random;
    }

    public long Next() => _random.NextDouble() < _hotOperations
        ? _least + _random.NextBelow(_hot)
        : _least + _hot + _random.NextBelow(_cold);
}
