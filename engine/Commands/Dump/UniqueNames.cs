using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Rdb;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// The fields or members of one collection that is being read, to find duplicates. Keeps copies until <see
/// cref="Dispose"/>. One for a thread at a time.
/// </summary>
public sealed unsafe class UniqueNames : IDisposable
{
    private readonly ScoredMembers _names = ScoredMembers.Begin(0, isIndexed: true);
    private readonly KeptBytes _bytes = new();

    /// <summary>Takes a name. False: it was there.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name)
    {
        fixed (byte* data = name)
        {
            ulong hash = KeyHash.Of(data, name.Length);
            if (_names.Find(hash, data, name.Length) != null)
                return false;
            _names.Add(hash, _bytes.Keep(name), name.Length, 0);
            return true;
        }
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _names.Dispose();
    }
}
