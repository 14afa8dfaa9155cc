namespace Pkv.Bench.Types;

/// <summary>What a server holds before a shape is measured.</summary>
/// <param name="Name">One word.</param>
/// <param name="Fill">Asked once for every key.</param>
/// <param name="RedisKeys">How many keys of the server (DBSIZE) so many keys of the data set become.</param>
internal sealed record DataSet(string Name, Exchange Fill, Func<int, int> RedisKeys);
