using Pkv.Server.Keyspace;

namespace Pkv.Server.Sessions;

/// <summary>
/// Which sessions watch which keys. Writers look at <see cref="IsEmpty"/>, one volatile read, and go on: WATCH
/// costs those who use it. Thread-safe.
/// </summary>
public sealed class WatchTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<WatchedKey, List<WatchSet>> _watchers = [];
    private int _count;

    /// <summary>Nobody watches anything.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Adds a key to what a session watches.</summary>
    public void Watch(WatchSet set, int database, ReadOnlySpan<byte> key)
    {
        WatchedKey watched = new(database, key.ToArray());
        lock (_lock)
        {
            if (!set.Add(watched))
                return;
            if (!_watchers.TryGetValue(watched, out List<WatchSet>? sets))
                _watchers[watched] = sets = [];
            sets.Add(set);
            Volatile.Write(ref _count, _watchers.Count);
        }
    }

    /// <summary>Forgets so many of the keys of a set that its session is through with. True: that were all.</summary>
    public bool UnwatchSome(WatchSet set, int keys)
    {
        lock (_lock)
        {
            foreach (WatchedKey watched in set.Keys)
            {
                if (keys-- == 0)
                    break;
                List<WatchSet> sets = _watchers[watched];
                sets.Remove(set);
                if (sets.Count == 0)
                    _watchers.Remove(watched);
                set.Remove(watched);
            }
            Volatile.Write(ref _count, _watchers.Count);
            return set.Keys.Count == 0;
        }
    }

    /// <summary>A key was changed: whoever watches it will not execute. Called under the key's stripe lock.</summary>
    public void Touch(int database, ReadOnlySpan<byte> key)
    {
        WatchedKey watched = new(database, key.ToArray());
        lock (_lock)
        {
            if (_watchers.TryGetValue(watched, out List<WatchSet>? sets))
                sets.ForEach(set => set.IsDirty = true);
        }
    }

    /// <summary>Keys of a whole database change: those for which <paramref name="affects"/> says so.</summary>
    public void TouchDatabase(int database, Func<byte[], bool> affects)
    {
        lock (_lock)
        {
            foreach ((WatchedKey watched, List<WatchSet> sets) in _watchers)
            {
                if (watched.Database == database && affects(watched.Key))
                    sets.ForEach(set => set.IsDirty = true);
            }
        }
    }
}

/// <summary>The keys that one session watches, and whether any of them was touched since.</summary>
public sealed class WatchSet
{
    private readonly HashSet<WatchedKey> _keys = [];
    private volatile bool _isDirty;

    /// <summary>A watched key was touched: EXEC answers nil.</summary>
    public bool IsDirty
    {
        get => _isDirty;
        set => _isDirty = value;
    }

    public IReadOnlyCollection<WatchedKey> Keys => _keys;

    internal bool Add(WatchedKey key) => _keys.Add(key);

    // May be done while the keys are gone through.
    internal void Remove(WatchedKey key) => _keys.Remove(key);
}

/// <summary>A key of a database, compared by its bytes.</summary>
public readonly struct WatchedKey(int database, byte[] key) : IEquatable<WatchedKey>
{
    public int Database { get; } = database;

    public byte[] Key { get; } = key;

    public bool Equals(WatchedKey other) => Database == other.Database && Key.AsSpan().SequenceEqual(other.Key);

    public override bool Equals(object? obj) => obj is WatchedKey other && Equals(other);

    public override unsafe int GetHashCode()
    {
        fixed (byte* p = Key)
            return (int)KeyHash.Of(p, Key.Length) ^ Database;
    }
}
