namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// How many different elements have left registers of these values: the improved raw estimator of Otmar Ertl, "New cardinality
/// estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284), algorithm 6. Computed in the order of operations that gives
/// Redis's number to the last digit. Pure; any thread.
/// </summary>
internal static class CardinalityEstimate
{
    /// <summary>How many values a register of six bits may have.</summary>
    public const int HistogramSize = 64;

    // 1 / (2 ln 2).
    private const double Alpha = 0.721347520444481703680;

    // Registers that no elements leave, written by hand, may ask for more: the processor's own conversion makes this of it.
    private const ulong Beyond = 1UL << 63;

    /// <summary>Of a histogram: how many registers have each value.</summary>
    public static ulong Of(ReadOnlySpan<int> histogram)
    {
        const double registers = HyperLogLogFormat.Registers;
        const int largest = HyperLogLogFormat.PatternBits;
        double sum = registers * Tau((registers - histogram[largest + 1]) / registers);
        for (int value = largest; value >= 1; value--)
        {
            sum += histogram[value];
            sum *= 0.5;
        }
        sum += registers * Sigma(histogram[0] / registers);
        double estimate = Math.Round(Alpha * registers * registers / sum, MidpointRounding.AwayFromZero);
        return estimate < Beyond ? (ulong)estimate : Beyond;
    }

    // The sum of the paper for registers that are full, until it does not change any more.
    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        double weight = 1, sum = 1 - x, before;
        do
        {
            x = Math.Sqrt(x);
            before = sum;
            weight *= 0.5;
            sum -= Math.Pow(1 - x, 2) * weight;
        }
        while (before != sum);
        return sum / 3;
    }

    // The same for registers that are empty.
    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        double weight = 1, sum = x, before;
        do
        {
            x *= x;
            before = sum;
            sum += x * weight;
            weight += weight;
        }
        while (before != sum);
        return sum;
    }
}
