using System.Diagnostics;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// Ordinals of list elements: they follow from the number of the command that pushed them, so that records need not tell
/// positions and keep their meaning however many of them are left. What is pushed to the end later has a higher one, what is
/// pushed to the front later a lower one.
/// <code>
/// ±(number (48) | index in the command (10) | 0 (4))
/// </code>
/// The last four bits leave room for what is inserted between two.
/// </summary>
public static class ListOrdinals
{
    private const int IndexBits = 10;
    private const int GapBits = 4;

    /// <summary>How far neighbours of one push are apart.</summary>
    public const ulong RunStep = 1 << GapBits;

    /// <summary>Of the element with this index in a push.</summary>
    public static long OfPush(ulong number, int index, bool atHead)
    {
        Debug.Assert(number >> 48 == 0 && index >= 0, "an ordinal has 48 bits for the number");
        long ordinal = ((long)number << IndexBits) + index << GapBits;
        return atHead ? -ordinal : ordinal;
    }

    /// <summary>Numbers beyond its own that a push of so many elements takes.</summary>
    public static ulong ExtraNumbers(long elements) => elements <= 1 ? 0 : (ulong)(elements - 1 >> IndexBits);

    /// <summary>An ordinal between two, or false when there is none left.</summary>
    public static bool TryBetween(long before, long after, out long ordinal)
    {
        Debug.Assert(before <= after, "two neighbours stand in order");
        ordinal = before + (after - before) / 2;
        return ordinal > before && ordinal < after;
    }
}
