namespace Pkv.Bench.Runs;

/// <summary>One cell of the tables: a server under one workload.</summary>
/// <param name="Workload">Its name: a verb's, or that of a shape of types.</param>
/// <param name="ValueBytes">Size of the values, bytes.</param>
/// <param name="Pipeline">Requests sent together.</param>
/// <param name="Server">Its name.</param>
internal readonly record struct CellKey(string Workload, int ValueBytes, int Pipeline, string Server);
