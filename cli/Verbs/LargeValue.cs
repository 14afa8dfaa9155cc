namespace Pkv.Cli.Verbs;

/// <summary>One of the largest values of a pool.</summary>
/// <param name="Database">Where it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Type">As TYPE names it.</param>
/// <param name="Elements">Elements of a collection; 1 for a string.</param>
/// <param name="Bytes">Length of a string; of a collection, what its elements take in the log.</param>
internal sealed record LargeValue(int Database, byte[] Key, string Type, long Elements, long Bytes);
