using Pkv.Persistence.Segments;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Execution;

/// <summary>
/// Deletions and expiry changes that one victim's cleaning has kept: of several for one key, one is enough. Owner thread only.
/// </summary>
internal sealed unsafe class SeenTombstones
{
    private readonly Dictionary<ulong, (Database Database, nint Key, int Length)> _deletes = [];
    private readonly HashSet<ulong> _expiries = [];
    private Segment? _victim;

    /// <summary>Forgets what belonged to another victim.</summary>
    public void BelongTo(Segment victim)
    {
        if (_victim == victim)
            return;
        _victim = victim;
        _deletes.Clear();
        _expiries.Clear();
    }

    /// <summary>True when the deletion of this key (whose bytes lie in the victim) has not been kept yet.</summary>
    public bool AddDelete(ulong hash, Database database, byte* key, int length)
    {
        if (_deletes.TryAdd(hash, (database, (nint)key, length)))
            return true;
        (Database seenIn, nint seen, int seenLength) = _deletes[hash];
        return seenIn != database || !new ReadOnlySpan<byte>((byte*)seen, seenLength).SequenceEqual(new ReadOnlySpan<byte>(key, length));
    }

    /// <summary>True when the expiry of the key whose value is at this pool offset has not been kept yet.</summary>
    public bool AddExpiry(ulong address) => _expiries.Add(address);
}
