namespace Pkv.Bench.Stalls;

/// <summary>What one hostile client did to the others of one server.</summary>
/// <param name="Client">Its title.</param>
/// <param name="Server">The server's name.</param>
/// <param name="TookMs">Until its last reply, or, of one that closes, until the server had let go of it.</param>
/// <param name="Most">Worst PING of the connection that it held up most: one of its own I/O thread.</param>
/// <param name="Least">Worst PING of the connection that it held up least: one of another I/O thread, ms; of a server with one thread about the same.</param>
internal sealed record StallResult(string Client, string Server, double TookMs, LongestPing Most, double Least);
