using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;

namespace Pkv.Engine.Execution.Clients;

/// <summary>
/// Which sessions watch which keys. Writers look at <see cref="IsEmpty"/>, one volatile read, and go on: WATCH
/// costs those who use it. Thread-safe.
/// </summary>
public sealed unsafe class WatchTable
{
    private readonly Lock _lock = new();
    private readonly KeyInterests<WatchSet> _watched = new();
    private int _count;

    /// <summary>Nobody watches anything.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Adds a key to what a session watches. Owner thread of the session.</summary>
    public void Watch(WatchSet set, in KeyRef key)
    {
        lock (_lock)
        {
            _watched.Add(set, ref set.Interest, key.Database.Number, key.Hash, key.Span);
            Volatile.Write(ref _count, _watched.Count);
        }
    }

    /// <summary>Forgets so many of the keys of a set that its session is through with. True: that were all. Owner thread of the session.</summary>
    public bool UnwatchSome(WatchSet set, int keys)
    {
        lock (_lock)
        {
            bool all = _watched.RemoveSome(ref set.Interest, keys);
            Volatile.Write(ref _count, _watched.Count);
            return all;
        }
    }

    /// <summary>A key was changed: whoever watches it will not execute. Called under the key's stripe lock.</summary>
    public void Touch(in KeyRef key)
    {
        lock (_lock)
        {
            KeyEntry* entry = _watched.Find(key.Database.Number, key.Hash, key.Span);
            if (entry != null)
                Touch(entry);
        }
    }

    /// <summary>Keys of a whole database change: those for which <paramref name="affects"/> says so, by their bytes and length.</summary>
    public void TouchDatabase(int database, Func<nint, int, bool> affects)
    {
        lock (_lock)
        {
            _watched.ForEach(e =>
            {
                KeyEntry* entry = (KeyEntry*)e;
                if (entry->Database == database && affects((nint)KeyEntry.Data(entry), entry->Length))
                    Touch(entry);
            });
        }
    }

    private void Touch(KeyEntry* entry)
    {
        for (KeyPlace* place = entry->First; place != null; place = place->After)
            _watched.ClientOf(place).IsDirty = true;
    }
}
