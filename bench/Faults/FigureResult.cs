namespace Pkv.Bench.Faults;

/// <summary>One round of one thing that is measured by itself.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Column">What of it: bytes, or live ranges.</param>
/// <param name="Nanoseconds">For each time.</param>
internal sealed record FigureResult(string Title, string Column, double Nanoseconds);
