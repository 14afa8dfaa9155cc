namespace Pkv.Bench.Types;

/// <summary>The numbers that one request of a shape was made with, and that its reply is checked with.</summary>
/// <param name="Key">Of the record, list, member or player: below 10^8.</param>
/// <param name="Pass">How often the connection has been through all its keys before (only of a walk).</param>
/// <param name="Stamp">Random, below 10^8: what is written differs from what was there.</param>
/// <param name="Field">Random, 0 to 9.</param>
internal readonly record struct DrawnNumbers(uint Key, uint Pass, uint Stamp, uint Field);
