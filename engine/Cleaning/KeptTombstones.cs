using System.Diagnostics;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// The deletions and expiry changes of one victim, put off until its values have been looked at: of several for one key only
/// the last one counts. Their bytes lie in the victim, which stays until then. Owner thread only.
/// </summary>
internal sealed unsafe class KeptTombstones
{
    private readonly Dictionary<(ulong Hash, bool IsDelete), int> _places = [];
    private readonly List<Tombstone> _items = [];
    private Segment? _victim;
    private int _next;

    /// <summary>Forgets what belonged to another victim.</summary>
    public void BelongTo(Segment victim)
    {
        if (_victim == victim)
            return;
        _victim = victim;
        _places.Clear();
        _items.Clear();
        _next = 0;
        AreFolded = false;
    }

    /// <summary>Values have taken along what they could of these.</summary>
    public bool AreFolded { get; private set; }

    /// <summary>All were offered to their values: those that are left are settled now, from the first on.</summary>
    public void EndFolding() => (AreFolded, _next) = (true, 0);

    /// <summary>The next one to be settled; false when all are.</summary>
    public bool TryPeek(out Tombstone item)
    {
        while (_next < _items.Count && _items[_next].Op.KeyBulk == null)
            _next++;
        item = _next < _items.Count ? _items[_next] : default;
        return _next < _items.Count;
    }

    /// <summary>Goes on behind the one that <see cref="TryPeek"/> gave; one that is settled is not given again.</summary>
    public void Next(bool isSettled)
    {
        Debug.Assert(_next < _items.Count, "what is settled was given before");
        if (isSettled)
            _items[_next] = default;
        _next++;
    }

    /// <summary>Puts one off. True when it takes the place of another, or another one counts instead.</summary>
    public bool Put(in Tombstone item)
    {
        // Each names elements of its own, or whole databases.
        if (item.Op.Action is ReplayAction.Remove or ReplayAction.Global)
        {
            _items.Add(item);
            return false;
        }
        (ulong, bool) key = (item.Op.Hash, item.Op.Action == ReplayAction.Delete);
        if (!_places.TryGetValue(key, out int place))
        {
            _places.Add(key, _items.Count);
            _items.Add(item);
            return false;
        }
        Tombstone held = _items[place];
        if (held.Database != item.Database || !BulkString.Holds(held.Op.KeyBulk, BulkString.Data(item.Op.KeyBulk, out int length), length))
        {
            // Another key of the same hash: it just is not merged with others.
            _items.Add(item);
            return false;
        }
        if (item.Number > held.Number)
            _items[place] = item;
        return true;
    }
}
