using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Core;

/// <summary>In which proportion a run reads, updates, inserts, scans and does read-modify-writes; the sum need not be 1.</summary>
internal sealed class OperationMix
{
    private readonly double[] _upTo = new double[5]; // running sums by OperationKind

    /// <exception cref="ArgumentException">All proportions are 0, or one is no number.</exception>
    public OperationMix(PropertySet properties)
    {
        (string Name, double Fallback)[] rows =
        [
            ("readproportion", 0.95), ("updateproportion", 0.05), ("insertproportion", 0), ("scanproportion", 0), ("readmodifywriteproportion", 0),
        ];
        double sum = 0;
        for (int i = 0; i < rows.Length; i++) _upTo[i] = sum += properties.Share(rows[i].Name, rows[i].Fallback, double.MaxValue);
        if (sum == 0) throw new ArgumentException("all proportions of operations are 0");
    }

    /// <summary>The share of one kind, 0 to 1.</summary>
    public double ShareOf(OperationKind kind) => (_upTo[(int)kind] - (kind == 0 ? 0 : _upTo[(int)kind - 1])) / _upTo[^1];

    public OperationKind Draw(RandomSource random)
    {
        double drawn = random.NextDouble() * _upTo[^1];
        int kind = 0;
        while (kind < _upTo.Length - 1 && drawn >= _upTo[kind]) kind++;
        return (OperationKind)kind;
    }
}
