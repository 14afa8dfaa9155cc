namespace Pkv.Tests.Simulation;

/// <summary>Chooses by seed what a crash keeps. All manners of choice can make every state; each favours others.</summary>
internal sealed class CrashChooser(Random random)
{
    private const byte Whole = 255;

    /// <summary>A state among those that the medium allows now.</summary>
    /// <param name="medium">With its lock held.</param>
    /// <param name="units">What differs.</param>
    /// <param name="killed">Only the process dies.</param>
    public CrashState Choose(SimulatedMedium medium, IReadOnlyList<long> units, bool killed)
    {
        byte[] kept = new byte[units.Count];
        if (killed && medium.Simulates != SimulatedKind.DirectFile)
        {
            kept.AsSpan().Fill(Whole);
            return new CrashState(medium, units, kept, medium.BackedBytes);
        }
        Fill(kept);
        long shortest = medium.Durable.BackedBytes;
        long backed = medium.DrainIsDurable || random.Next(2) == 0 ? medium.BackedBytes : shortest;
        return new CrashState(medium, units, kept, Math.Max(shortest, backed));
    }

    private void Fill(byte[] kept)
    {
        switch (random.Next(9))
        {
            case 0: // nothing but what is durable
                break;
            case 1: // everything
                kept.AsSpan().Fill(Whole);
                break;
            case 2:
                Each(kept, _ => Coin(2));
                break;
            case 3:
                Each(kept, _ => Coin(16));
                break;
            case 4:
                Each(kept, _ => (byte)~Coin(16));
                break;
            case 5: // the upper end, where commit entries are, without what they stand for; or the other way round
                int cut = random.Next(kept.Length + 1);
                bool upper = random.Next(2) == 0;
                Each(kept, i => i >= cut == upper ? Whole : (byte)0);
                break;
            case 6: // one alone lost, or torn
                kept.AsSpan().Fill(Whole);
                if (kept.Length > 0)
                    kept[random.Next(kept.Length)] = (byte)random.Next(255);
                break;
            case 7: // one alone kept, or torn
                if (kept.Length > 0)
                    kept[random.Next(kept.Length)] = (byte)random.Next(1, 256);
                break;
            default:
                Each(kept, _ => random.Next(3) == 0 ? (byte)random.Next(256) : Coin(2));
                break;
        }
    }

    private byte Coin(int oneIn) => random.Next(oneIn) == 0 ? Whole : (byte)0;

    private static void Each(byte[] kept, Func<int, byte> choose)
    {
        for (int i = 0; i < kept.Length; i++)
            kept[i] = choose(i);
    }
}
