using Pkv.Engine.Keyspace;
using Pkv.Persistence.Recovery;

namespace Pkv.Engine.Recovery;

/// <summary>
/// Guesses from a sample of the log how many keys it will leave, and makes the index that large before it is
/// filled: growing one bucket at a time, and hashing the keys again, was nearly half of the time of a replay.
/// The repeats among the sampled writes tell from how many keys they were drawn (the birthday problem); where some
/// keys are written more often than others that is too low, and the index grows as usual.
/// </summary>
internal static class IndexSizing
{
    private const int SampleEntries = 4096;
    private const int SampleWrites = 64 * 1024;

    // Below the guess: what is too much stays allocated, what is too little grows.
    private const double Caution = 0.9;

    /// <summary>Sizes the databases for what these entries write.</summary>
    public static unsafe void Apply(KeyspaceState keyspace, RecoveredEntry[] entries)
    {
        long allBytes = 0, sampleBytes = 0, writes = 0;
        foreach (ref readonly RecoveredEntry entry in entries.AsSpan())
            allBytes += entry.Length;
        Dictionary<int, HashSet<ulong>> seen = [];
        Dictionary<int, long> written = [];
        using ReplayDecoder decoder = new(op =>
        {
            if (op.Action is not (ReplayAction.Set or ReplayAction.Put or ReplayAction.PutPieces) || op.Database >= keyspace.Databases.Length)
                return;
            writes++;
            written[op.Database] = written.GetValueOrDefault(op.Database) + 1;
            if (!seen.TryGetValue(op.Database, out HashSet<ulong>? keys))
                seen[op.Database] = keys = [];
            keys.Add(op.Hash);
        });
        int step = Math.Max(1, entries.Length / SampleEntries);
        for (int i = 0; i < entries.Length && writes < SampleWrites; i += step)
        {
            if ((entries[i].Flags & Persistence.Format.EntryFlags.Global) != 0)
                return;
            decoder.Decode(entries[i]);
            sampleBytes += entries[i].Length;
        }
        foreach ((int database, HashSet<ulong> keys) in seen)
        {
            double all = written[database] * ((double)allBytes / Math.Max(1, sampleBytes));
            Reserve(keyspace[database], Guess(written[database], written[database] - keys.Count, all));
        }
    }

    /// <summary>Keys that so many writes in all leave, when a sample of them held so many repeats: uniform draws.</summary>
    internal static double Guess(long sampled, long repeats, double all)
    {
        if (repeats == 0)
            return all;
        // The number of keys of which that many draws leave out as many as were seen: Drawn rises with it.
        double low = sampled - repeats, high = (double)sampled * sampled;
        for (int i = 0; i < 64; i++)
        {
            double middle = Math.Sqrt(low * high);
            if (Drawn(middle, sampled) < sampled - repeats)
                low = middle;
            else
                high = middle;
        }
        return Drawn(high, all);
    }

    // How many of so many keys uniform draws hit.
    private static double Drawn(double keys, double draws) => keys * -Math.Exp(-draws / keys) + keys;

    private static unsafe void Reserve(Database database, double keys)
    {
        uint perStripe = (uint)Math.Min(uint.MaxValue / 2, keys * Caution / Database.StripeCount);
        for (int i = 0; i < Database.StripeCount && perStripe > 8; i++)
            StripeIndex.Reserve(database.Stripes + i, perStripe);
    }
}
