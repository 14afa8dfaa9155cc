namespace Pkv.Tests.Differential.Running;

/// <summary>The result of one run of a script: where the servers differed, if they did.</summary>
/// <param name="Step">The step at which they differed; the last when only what they hold did.</param>
/// <param name="Told">What differed, or null.</param>
public sealed record Outcome(int Step, string? Told);
