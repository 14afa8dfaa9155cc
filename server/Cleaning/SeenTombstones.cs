using Pkv.Persistence.Segments;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Cleaning;

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

    /// <summary>Whether a deletion of this key has been kept.</summary>
    public bool HoldsDelete(ulong hash, Database database, byte* key, int length) =>
        _deletes.TryGetValue(hash, out (Database Database, nint Key, int Length) seen) && seen.Database == database
        && new ReadOnlySpan<byte>((byte*)seen.Key, seen.Length).SequenceEqual(new ReadOnlySpan<byte>(key, length));

    /// <summary>The deletion of this key, whose bytes lie in the victim, has been kept: not before it really has.</summary>
    public void AddDelete(ulong hash, Database database, byte* key, int length) => _deletes.TryAdd(hash, (database, (nint)key, length));

    /// <summary>Whether the expiry of the key whose value is at this pool offset has been kept.</summary>
    public bool HoldsExpiry(ulong address) => _expiries.Contains(address);

    /// <summary>It has been kept.</summary>
    public void AddExpiry(ulong address) => _expiries.Add(address);
}
