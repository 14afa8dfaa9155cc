namespace Pkv.Bench.Faults;

/// <summary>One round of one way; nanoseconds for each fault with all the pages that it brings.</summary>
/// <param name="Way">How the pages got their content.</param>
/// <param name="Pages">Pages that one fault brings.</param>
/// <param name="WallNs">Until all of them are there and were written to.</param>
/// <param name="CpuNs">CPU time of the process meanwhile, the handler thread's included.</param>
/// <param name="AgainNs">Writing whole pages where the content was; null where that has no sense.</param>
internal sealed record FaultResult(FaultWay Way, int Pages, double WallNs, double CpuNs, double? AgainNs);
