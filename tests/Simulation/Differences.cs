namespace Pkv.Tests.Simulation;

/// <summary>
/// Finds what differs between the volatile and the durable image without comparing all of a pool each time: pages near
/// those that were flushed lately or that differed at the last look are compared at every look, the other touched ones
/// in turn, a sixteenth at a time. A difference that is found a few looks late was lost until then, as if it had never
/// left the cache. Under the medium's lock.
/// </summary>
internal sealed unsafe class Differences(AnonymousMap volatileImage, AnonymousMap durableImage)
{
    private const int AheadPages = 64, BehindPages = 2;
    private const byte Hot = 4;
    private const int Turns = 16;

    private readonly byte[] _heat = new byte[volatileImage.Pages];
    private int _turn;

    /// <summary>The program wrote here, and will go on writing close by: records grow upwards, commit entries downwards.</summary>
    public void Heat(long start, long end)
    {
        long first = Math.Max(0, start / AnonymousMap.PageBytes - BehindPages);
        long last = Math.Min(_heat.Length - 1, (end - 1) / AnonymousMap.PageBytes + AheadPages);
        _heat.AsSpan((int)first, (int)(last - first + 1)).Fill(Hot);
    }

    /// <summary>Offsets of units that differ, in order.</summary>
    /// <param name="unitBytes">What is compared as one: at most a page.</param>
    /// <param name="complete">Compare every touched page.</param>
    /// <param name="units">Takes the offsets.</param>
    public void Find(int unitBytes, bool complete, List<long> units)
    {
        units.Clear();
        ReadOnlySpan<byte> touched = volatileImage.Residency();
        _turn = (_turn + 1) % Turns;
        for (int page = 0; page < touched.Length; page++)
        {
            if ((touched[page] & 1) == 0 || !(complete || _heat[page] > 0 || page % Turns == _turn))
                continue;
            long at = (long)page * AnonymousMap.PageBytes;
            if (Same(at, AnonymousMap.PageBytes))
            {
                _heat[page] = (byte)Math.Max(0, _heat[page] - 1);
                continue;
            }
            _heat[page] = Hot;
            for (long end = at + AnonymousMap.PageBytes; at < end; at += unitBytes)
            {
                if (!Same(at, unitBytes))
                    units.Add(at);
            }
        }
    }

    private bool Same(long at, int bytes) =>
        new ReadOnlySpan<byte>(volatileImage.Base + at, bytes).SequenceEqual(new ReadOnlySpan<byte>(durableImage.Base + at, bytes));
}
