namespace Pkv.Bench.Stalls;

/// <summary>The longest PING of a connection, and what the server's thread did meanwhile that was busiest. Milliseconds.</summary>
/// <param name="Ms">From the PING to the arrival of its answer.</param>
/// <param name="Ran">That thread ran.</param>
/// <param name="Waited">That thread was ready to run, and the machine had no core for it: not the server's doing.</param>
internal readonly record struct LongestPing(double Ms, double Ran, double Waited);
