using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Recovery;

/// <summary>
/// PEXPIREATs that found no key yet. A collection can live longer than every element that was there when it was given its expiry:
/// their records may be gone, and the key comes again with the elements that are left. Whatever ended the key since is in the log
/// as DEL, PERSIST or SET, and ends what is kept here. One for each worker of the replay.
/// </summary>
internal sealed class PendingExpiries
{
    private readonly Dictionary<(Database Database, ulong Hash), ReplayOp> _pending = [];

    public void Keep(Database database, in ReplayOp expiry) => _pending[(database, expiry.Hash)] = expiry;

    public bool TryTake(Database database, ulong hash, out ReplayOp expiry) => _pending.Remove((database, hash), out expiry);

    public void Forget(Database database, ulong hash)
    {
        if (_pending.Count > 0)
            _pending.Remove((database, hash));
    }

    public void Forget(Database database)
    {
        foreach ((Database Database, ulong Hash) key in _pending.Keys.Where(k => k.Database == database).ToList())
            _pending.Remove(key);
    }

    public void Clear() => _pending.Clear();
}
