using Pkv.Bench.Client;

namespace Pkv.Bench.Runs;

/// <summary>One cell of the tables: a server under one workload.</summary>
internal readonly record struct CellKey(Verb Verb, int ValueBytes, int Pipeline, string Server);
