namespace Pkv.Bench.Report;

/// <summary>One thing that must be seen: a measured figure against its bound.</summary>
/// <param name="Measure">What is compared with what.</param>
/// <param name="Workload">The workload's name.</param>
/// <param name="ValueBytes">Value size.</param>
/// <param name="Pipeline">Pipeline depth.</param>
/// <param name="Measured">The figure, or null if a side of it was not measured.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsUpper">True if the figure must not exceed the bound, false if it must reach it.</param>
internal sealed record Bar(string Measure, string Workload, int ValueBytes, int Pipeline, double? Measured, double Bound, bool IsUpper)
{
    /// <summary>In the place of a verdict, and behind the name of a row, where the machine was busy.</summary>
    public const string Busy = "*unusable: busy*";

    /// <summary>The machine was busy when it was measured: no verdict is given.</summary>
    public bool IsBusy { get; init; }

    /// <summary>True if the bound is kept, null if unknown.</summary>
    public bool? Holds => Measured is { } value ? IsUpper ? value <= Bound : value >= Bound : null;

    /// <summary>Three cells of a table: the figure, the bound, whether it is kept.</summary>
    public string Cells
    {
        get
        {
            string verdict = Holds switch { null => "not measured", _ when IsBusy => Busy, true => "yes", false => "**no**" };
            string measured = Measured is { } value ? Units.Text(value, value >= 100 ? 0 : 2) : "–";
            return $"{measured} | {(IsUpper ? "≤" : "≥")} {Units.Text(Bound, Bound >= 100 ? 0 : 2)} | {verdict}";
        }
    }
}
