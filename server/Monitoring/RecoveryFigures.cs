namespace Pkv.Server.Monitoring;

/// <summary>Figures of the last recovery.</summary>
/// <param name="Keys">Keys afterwards.</param>
/// <param name="Commands">Commands replayed.</param>
/// <param name="Bytes">Bytes of records read.</param>
/// <param name="Seconds">From opening the pool to the last key.</param>
/// <param name="Threads">Threads that worked on it.</param>
/// <param name="TornEntries">Entries cut at the tail: of writes that nobody was told of.</param>
/// <param name="Damages">Places damaged before the tail (with recovery-mode salvage only: else the start fails).</param>
public sealed record RecoveryFigures(long Keys, long Commands, long Bytes, double Seconds, int Threads, long TornEntries, int Damages);
