namespace Pkv.Tests.Cleaning.Model;

/// <summary>
/// A pool reduced to what decides whether it can be cleaned: segments in the order of their generations, records of one size, three
/// logs (writes, deletions, survivors). Commands choose freely which value they hit; the cleaner does what
/// <c>VictimQueue</c> and <c>SegmentReaper</c> do.
/// </summary>
internal sealed class ModelPool(ModelRules rules, IEnumerable<ModelSegment> segments)
{
    private readonly List<ModelSegment> _segments = [.. segments];

    public int Free => rules.Slots - _segments.Count;

    public int Live => _segments.Sum(static s => s.Live);

    public IReadOnlyList<ModelSegment> Segments => _segments;

    public bool CanWrite => HasRoom(ModelRole.Writes) || Free > rules.CleanerReserve + rules.DeleteReserve;

    public bool CanDelete => HasRoom(ModelRole.Deletes) || Free > rules.CleanerReserve;

    public ModelPool Copy() => new(rules, _segments);

    /// <summary>The state as text: of generations only the order matters, so two pools with the same text behave alike.</summary>
    public string Key
    {
        get
        {
            List<int> generations = [.. _segments.SelectMany(static s => new[] { s.Generation, s.Bound, s.Oldest }).Append(0).Distinct().Order()];
            for (int i = 0; i < _segments.Count; i++)
            {
                ModelSegment s = _segments[i];
                _segments[i] = s with { Generation = generations.IndexOf(s.Generation), Bound = generations.IndexOf(s.Bound), Oldest = generations.IndexOf(s.Oldest) };
            }
            return string.Concat(_segments.SelectMany(static s => new[] { (char)s.Role, (char)s.Live, (char)s.Dead, (char)s.Tombstones, (char)s.Generation, (char)s.Bound, (char)s.Oldest }));
        }
    }

    /// <summary>SET: a new value, or one in place of a value in the segment <paramref name="over"/> (-1: none).</summary>
    public bool TryWrite(int over)
    {
        if (!CanWrite || (over < 0 && Live >= rules.MaxLive))
            return false;
        if (over >= 0)
            Kill(over);
        int at = OpenFor(ModelRole.Writes);
        _segments[at] = _segments[at] with { Live = _segments[at].Live + 1 };
        return true;
    }

    /// <summary>DEL of a value in this segment.</summary>
    public bool TryDelete(int of)
    {
        if (!CanDelete)
            return false;
        Kill(of);
        int at = OpenFor(ModelRole.Deletes);
        _segments[at] = _segments[at] with { Tombstones = _segments[at].Tombstones + 1 };
        return true;
    }

    /// <summary>kill -9 and a start.</summary>
    public void Crash()
    {
        for (int i = 0; i < _segments.Count && rules.CrashSealsOpen; i++)
            Seal(i);
        Sweep();
    }

    /// <summary>
    /// kill -9 after this many records of a victim have been moved. Recovery drops copied tombstones unless all of them were copied; then
    /// the victim is freed. False: there is nothing to clean, or the victim has fewer records to move.
    /// </summary>
    public bool TryCrashWhileCleaning(int moved)
    {
        int victim = Best();
        int needed = victim < 0 ? 0 : Needed(victim);
        if (victim < 0 || moved > needed)
            return false;
        Move(victim, rules.CrashSealsOpen || moved == needed ? moved : Math.Min(moved, _segments[victim].Live));
        if (moved == needed && !rules.CrashSealsOpen)
            _segments.RemoveAt(victim);
        Crash();
        return true;
    }

    /// <summary>Segments that hold nothing needed are given back.</summary>
    public void Sweep()
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            if (_segments[i].Role != ModelRole.Sealed || _segments[i].Live != 0 || !TombstonesAreOver(i))
                continue;
            _segments.RemoveAt(i);
            i = -1;
        }
    }

    /// <summary>Cleans the victim that gains most. False: none gains anything, or there is no room for what has to be moved.</summary>
    public bool TryCleanBest()
    {
        int best = Best();
        if (best >= 0)
            Clean(best);
        return best >= 0;
    }

    /// <summary>
    /// Rewrites all that is there now, the oldest first, whatever it gains. False: there are no tombstones that could be got rid of.
    /// </summary>
    public bool TryRewriteAll()
    {
        if (rules.NeverRewrites || _segments.All(static s => s.Tombstones == 0))
            return false;
        int newest = _segments.Max(static s => s.Generation);
        for (int i = 0; i < _segments.Count; i++)
        {
            bool mayGo = _segments[i].Role switch
            {
                ModelRole.Survivors => Free > 1,
                ModelRole.Deletes => Free > rules.CleanerReserve,
                _ => true,
            };
            if (mayGo)
                Seal(i);
        }
        for (int i = 0; i < _segments.Count; i++)
        {
            if (_segments[i].Generation > newest || _segments[i].Role != ModelRole.Sealed || !CanClean(i))
                continue;
            Clean(i);
            i = -1;
        }
        Sweep();
        return true;
    }

    private bool HasRoom(ModelRole role) => _segments.Exists(s => s.Role == role && s.Used < rules.Units);

    private void Kill(int at) => _segments[at] = _segments[at] with { Live = _segments[at].Live - 1, Dead = _segments[at].Dead + 1 };

    // The open segment of a log, with room for a record; a full one is sealed when another is opened.
    private int OpenFor(ModelRole role)
    {
        int at = _segments.FindIndex(s => s.Role == role);
        if (at >= 0 && _segments[at].Used < rules.Units)
            return at;
        int generation = _segments.Count == 0 ? 1 : _segments.Max(static s => s.Generation) + 1;
        _segments.Add(new ModelSegment(role, 0, 0, 0, generation, 0, generation));
        if (at >= 0)
            Seal(at);
        return _segments.Count - 1;
    }

    private void Seal(int at)
    {
        ModelSegment s = _segments[at];
        if (s.Role == ModelRole.Sealed)
            return;
        bool knows = s.Role == ModelRole.Survivors && s.Bound != 0;
        _segments[at] = s with { Role = ModelRole.Sealed, Bound = s.Tombstones == 0 ? 0 : knows ? s.Bound : _segments.Max(static o => o.Generation) };
    }

    private bool TombstonesAreOver(int at) =>
        _segments[at].Tombstones == 0 || !_segments.Where((s, i) => i != at && s.Oldest <= _segments[at].Bound).Any();

    private int Needed(int at) => _segments[at].Live + (TombstonesAreOver(at) ? 0 : _segments[at].Tombstones);

    private bool CanClean(int at)
    {
        if (_segments[at].Role != ModelRole.Sealed || (rules.TombstonesDoNotMove && !TombstonesAreOver(at)))
            return false;
        int room = _segments.Where(static s => s.Role == ModelRole.Survivors).Sum(s => rules.Units - s.Used);
        return Needed(at) <= room || Free > 0;
    }

    private int Best()
    {
        int best = -1, bestGain = 0;
        for (int i = 0; i < _segments.Count; i++)
        {
            int gain = rules.Units - Needed(i);
            if (gain > bestGain && CanClean(i))
                (best, bestGain) = (i, gain);
        }
        return best;
    }

    private void Clean(int victim)
    {
        Move(victim, Needed(victim));
        _segments.RemoveAt(victim);
    }

    // So many records of a victim to the survivors', its values first. New segments are appended behind it.
    private void Move(int victim, int records)
    {
        for (int n = 0; n < records; n++)
        {
            ModelSegment v = _segments[victim];
            bool isValue = v.Live > 0;
            int at = OpenFor(ModelRole.Survivors);
            ModelSegment s = _segments[at];
            if (isValue)
            {
                _segments[victim] = v with { Live = v.Live - 1, Dead = v.Dead + 1 };
                _segments[at] = s with { Live = s.Live + 1 };
            }
            else
                _segments[at] = s with { Tombstones = s.Tombstones + 1, Bound = Math.Max(s.Bound, v.Bound), Oldest = rules.CopiesStayOld ? Math.Min(s.Oldest, v.Oldest) : s.Oldest };
        }
    }
}
