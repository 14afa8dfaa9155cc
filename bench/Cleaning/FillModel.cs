namespace Pkv.Bench.Cleaning;

/// <summary>Arithmetic of a pool that is partly live: how many keys make a fill, and what theory says cleaning costs there.</summary>
internal static class FillModel
{
    /// <summary>Keys whose records, as they are received, take this share of the pool.</summary>
    /// <param name="poolBytes">All bytes of the pool, headers and reserves included.</param>
    /// <param name="fillPercent">The live share.</param>
    /// <param name="recordBytes">A SET on the wire: key, value and framing.</param>
    public static int KeysAt(long poolBytes, int fillPercent, int recordBytes) => checked((int)(poolBytes / 100.0 * fillPercent / recordBytes));

    /// <summary>
    /// Write amplification of cleaning the oldest segment first under uniform overwrites: a segment comes round with a
    /// share u still live, where fill = (u − 1) / ln u, and 1 / (1 − u) bytes are written for each byte that a client
    /// wrote (Menon 1995; Desnoyers, SYSTOR '12). Choosing the emptiest is a little better, by less the larger segments are.
    /// </summary>
    /// <param name="fill">Live share, above 0 and below 1.</param>
    public static double OldestFirstAmplification(double fill) => 1 / (1 - LiveShareOfOldest(fill));

    // (u − 1) / ln u grows with u from 0 to 1: halving the interval finds it.
    private static double LiveShareOfOldest(double fill)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fill);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fill, 1);
        double low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double u = (low + high) / 2;
            if ((u - 1) / Math.Log(u) < fill) low = u;
            else high = u;
        }
        return (low + high) / 2;
    }
}
