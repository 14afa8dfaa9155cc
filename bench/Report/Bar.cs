using Pkv.Bench.Client;

namespace Pkv.Bench.Report;

/// <summary>One thing that must be seen: a measured figure against its bound.</summary>
/// <param name="Measure">What is compared with what.</param>
/// <param name="Verb">The workload.</param>
/// <param name="ValueBytes">Value size.</param>
/// <param name="Pipeline">Pipeline depth.</param>
/// <param name="Measured">The figure, or null if a side of it was not measured.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsUpper">True if the figure must not exceed the bound, false if it must reach it.</param>
internal sealed record Bar(string Measure, Verb Verb, int ValueBytes, int Pipeline, double? Measured, double Bound, bool IsUpper)
{
    /// <summary>True if the bound is kept, null if unknown.</summary>
    public bool? Holds => Measured is { } value ? IsUpper ? value <= Bound : value >= Bound : null;
}
