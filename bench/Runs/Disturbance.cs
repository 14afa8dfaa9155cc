using System.Globalization;

namespace Pkv.Bench.Runs;

/// <summary>How much of some cores' time went to others while something was measured on them.</summary>
/// <param name="OthersMs">CPU time of processes that are no part of the measurement.</param>
/// <param name="StolenMs">Time that the hypervisor kept.</param>
/// <param name="CoreMs">Time of the cores in all: of two cores in a window of a second, 2000.</param>
internal readonly record struct Disturbance(double OthersMs, double StolenMs, double CoreMs)
{
    /// <summary>
    /// More than this makes a measurement unusable. An idle machine has about 1 %; what the bars compare differs by 15 % and more.
    /// </summary>
    public const double ShareMax = 0.05;

    /// <summary>What others took, as a share of the cores' time.</summary>
    public double Share => CoreMs <= 0 ? 0 : Math.Min(1, (OthersMs + StolenMs) / CoreMs);

    /// <summary>The figures mean nothing.</summary>
    public bool IsBusy => Share > ShareMax;

    /// <summary>Why, for a report.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"**Unusable: the machine was busy.** Others took {Share * 100:F0} % of the cores' time during the run ({ShareMax * 100:F0} % is the most that is accepted); measure again on an idle machine.");

    /// <summary>Both together.</summary>
    public static Disturbance operator +(Disturbance a, Disturbance b) => new(a.OthersMs + b.OthersMs, a.StolenMs + b.StolenMs, a.CoreMs + b.CoreMs);
}
