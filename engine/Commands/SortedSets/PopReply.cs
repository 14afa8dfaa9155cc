namespace Pkv.Engine.Commands.SortedSets;

/// <summary>The shape of the reply to a pop.</summary>
internal enum PopReply
{
    /// <summary>Members and scores in turn.</summary>
    Flat,

    /// <summary>An array of two for each element.</summary>
    Pairs,

    /// <summary>The key, then members and scores in turn (BZPOPMIN, BZPOPMAX).</summary>
    KeyAndFlat,

    /// <summary>The key and an array of arrays of two (ZMPOP, BZMPOP).</summary>
    KeyAndPairs,
}
