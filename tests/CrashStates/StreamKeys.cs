using System.Text;

namespace Pkv.Tests.CrashStates;

/// <summary>One key of a stream.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Database">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The connection that alone writes it; -1: all do.</param>
internal sealed record StreamKey(int Index, int Database, string Name, int Owner)
{
    public byte[] Bytes { get; } = Encoding.ASCII.GetBytes(Name);

    public override string ToString() => $"{Database}/{Name}";
}

/// <summary>
/// All keys that a stream can touch. Each connection has its own in two databases, so that their history is known;
/// a few in a third database are shared by all, so that what several threads write meets.
/// </summary>
internal sealed class StreamKeys
{
    public const int OwnDatabases = 2, SharedDatabase = 2;
    public const int OwnStrings = 6, OwnOfType = 2;

    private readonly List<StreamKey> _all = [];
    private readonly Dictionary<(int, string), StreamKey> _byName = [];

    public StreamKeys(int connections)
    {
        for (int owner = 0; owner < connections; owner++)
        {
            for (int database = 0; database < OwnDatabases; database++)
            {
                for (int i = 0; i < OwnStrings; i++)
                    Add(database, $"c{owner}:s{i}", owner);
                Add(database, $"c{owner}:number", owner);
                Add(database, $"c{owner}:sketch", owner);
                foreach (char type in CollectionMaker.Types)
                {
                    for (int i = 0; i < OwnOfType; i++)
                        Add(database, $"c{owner}:{type}{i}", owner);
                }
            }
        }
        Left = Add(SharedDatabase, "pair:left", -1);
        Right = Add(SharedDatabase, "pair:right", -1);
        Lone = Add(SharedDatabase, "lone", -1);
        Counter = Add(SharedDatabase, "counter", -1);
    }

    public IReadOnlyList<StreamKey> All => _all;

    /// <summary>Always written together, by MULTI.</summary>
    public StreamKey Left { get; }

    /// <inheritdoc cref="Left"/>
    public StreamKey Right { get; }

    /// <summary>Written by SET.</summary>
    public StreamKey Lone { get; }

    /// <summary>Counted up by INCR.</summary>
    public StreamKey Counter { get; }

    public StreamKey this[int database, string name] => _byName[(database, name)];

    private StreamKey Add(int database, string name, int owner)
    {
        StreamKey key = new(_all.Count, database, name, owner);
        _all.Add(key);
        _byName[(database, name)] = key;
        return key;
    }
}
