namespace Pkv.Bench.Echo;

/// <summary>What the echo server is told to do with a message.</summary>
/// <param name="SizeBytes">Bytes of a message; whole pages.</param>
/// <param name="Copies">Copies from buffer to buffer.</param>
/// <param name="Touches">Pages touched in the last buffer.</param>
internal sealed record EchoCell(int SizeBytes, int Copies, int Touches);
