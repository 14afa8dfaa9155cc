namespace Pkv.Tests.Differential.Drawing;

/// <summary>
/// The names of keys. Each type has a few of its own, so that most commands find what they expect, and now and then a
/// name of any type is drawn, so that types meet. Sorted sets that lexical ranges are asked of are apart: where scores
/// differ Redis leaves the answer to such a range open.
/// </summary>
public static class KeyPools
{
    private const int AnyTypePercent = 12;

    private static readonly string[] _strings = ["a", "b", "c", "A", "key:1", "", "k\0\r\n\u0080", new('k', 300)];
    private static readonly string[] _bitmaps = ["m1", "m2", "m3"];
    private static readonly string[] _hashes = ["h1", "h2", "h3", "h:w"];
    private static readonly string[] _lists = ["l1", "l2", "l3", "l:w"];
    private static readonly string[] _sets = ["s1", "s2", "s3", "s4", "s:i"];
    private static readonly string[] _sortedSets = ["z1", "z2", "z3", "z4"];
    private static readonly string[] _lexical = ["x1", "x2"];
    private static readonly string[] _sketches = ["p1", "p2", "p3"];
    private static readonly string[] _places = ["g1", "g2", "g3"];
    private static readonly string[] _streams = ["st1", "st2", "st3"];
    private static readonly string[] _any = [.. _strings, .. _bitmaps, .. _hashes, .. _lists, .. _sets, .. _sortedSets, .. _places];

    /// <summary>The kinds of keys by name.</summary>
    public static IReadOnlyDictionary<string, Func<Random, string>> Kinds { get; } = new Dictionary<string, Func<Random, string>>
    {
        // Not among the keys that any command is given: of runs that were written over by hand, Redis may read what is behind them.
        ["key"] = random => Pick(random, random.Next(10) == 0 ? _sketches : _any),
        ["strkey"] = random => OrAny(random, _strings),
        ["bigkey"] = random => random.Next(2) == 0 ? "big:1" : "big:2",
        ["bitkey"] = random => OrAny(random, _bitmaps),
        ["hashkey"] = random => OrAny(random, _hashes),
        ["listkey"] = random => OrAny(random, _lists),
        ["setkey"] = random => OrAny(random, _sets),
        ["zsetkey"] = random => OrAny(random, _sortedSets),
        ["hllkey"] = random => OrAny(random, _sketches),
        ["streamkey"] = random => OrAny(random, _streams),
        ["geokey"] = random => OrAny(random, _places),
        ["anyset"] = random => random.Next(4) == 0 ? OrAny(random, _sets) : OrAny(random, _sortedSets),
        ["sortkey"] = random => OrAny(random, random.Next(3) switch { 0 => _sets, 1 => _sortedSets, _ => _lists }),
        // What BY patterns lead to: weights of the elements.
        ["weightkey"] = random => Pick(random, ["w_1", "w_2", "w_3", "w_a", "w_b", "w_10", "key:a", "key:1", "key:2", "key:", "key:abc", "1", "2"]),
        // Apart because of SORT: reading the smallest numbers, Redis takes all others for out of range.
        ["tinykey"] = _ => "z:tiny",
        ["wordkey"] = _ => "x:word",
        ["lexkey"] = random => Pick(random, _lexical),
    };

    private static string OrAny(Random random, string[] own) => Pick(random, random.Next(100) < AnyTypePercent ? _any : own);

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
