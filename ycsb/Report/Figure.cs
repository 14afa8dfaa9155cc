namespace Pkv.Ycsb.Report;

/// <summary>One line of a report: "[READ], 99thPercentileLatency(us), 123".</summary>
/// <param name="Metric">What is reported on.</param>
/// <param name="Measurement">Which figure of it.</param>
/// <param name="Value">The figure.</param>
/// <param name="IsWhole">Written without decimals.</param>
internal readonly record struct Figure(string Metric, string Measurement, double Value, bool IsWhole);
