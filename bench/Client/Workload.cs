namespace Pkv.Bench.Client;

/// <summary>The fixed shape of one run's traffic.</summary>
/// <param name="Verb">What is asked.</param>
/// <param name="ValueBytes">Bytes of each value; at least <see cref="Digits.Count"/>.</param>
/// <param name="Pipeline">Requests sent together; the next batch of a connection starts when all are answered.</param>
/// <param name="Connections">TCP connections, all served by one client thread.</param>
/// <param name="KeyCount">Keys are drawn evenly from [0, KeyCount).</param>
/// <param name="SetPercent">Share of SETs in <see cref="Verb.Mixed"/>, 0 to 100.</param>
/// <param name="EchoesKeys">False for a server that answers one fixed value to every GET (the limit server).</param>
internal sealed record Workload(
    Verb Verb, int ValueBytes, int Pipeline, int Connections, int KeyCount, int SetPercent = 50, bool EchoesKeys = true)
{
    /// <summary>Keys in order instead of at random: for filling the keyspace.</summary>
    public bool Sequential { get; init; }
}
