namespace Pkv.Bench.Client;

/// <summary>A server answered something else than what it was asked for: the run is void.</summary>
internal sealed class BadReplyException(string message) : Exception(message);
