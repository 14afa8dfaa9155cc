using Pkv.Tests.Differential.Drawing;

namespace Pkv.Tests.Differential.Groups;

/// <summary>All groups.</summary>
public static class ShapeGroups
{
    /// <summary>Every group there is.</summary>
    public static IReadOnlyList<ShapeGroup> All { get; } =
    [
        StringShapes.Strings, StringShapes.Bitmaps, KeyShapes.Keys, KeyShapes.Payloads, KeyShapes.Sorting, KeyShapes.Sessions, HashShapes.Hashes,
        ListShapes.Lists, ListShapes.Blocking, SetShapes.Sets, SortedSetShapes.SortedSets, SortedSetShapes.Combinations, SortedSetShapes.Lexical,
        HyperLogLogShapes.Sketches, GeoShapes.Places, StreamShapes.Streams,
        PubSubShapes.Publishing,
    ];
}
