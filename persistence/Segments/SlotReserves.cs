using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>
/// How many of a pool's last slots each purpose may use, and how many are promised to cleaners. The cleaner needs space to
/// free space, and deletes must have space whatever writes have taken, so that a full pool can always be emptied. Promises
/// are made under the pool's lock; any thread reads.
/// </summary>
public sealed class SlotReserves
{
    // Below this a second slot for the cleaner would be a tenth of the pool.
    private const int TinyPoolSlots = 10;

    private int _promised;

    internal SlotReserves(int maxSlots, int threads)
    {
        // What a victim holds may need more than one slot elsewhere: moved records can be longer than they were.
        Cleaner = Math.Clamp(maxSlots / 16, maxSlots < TinyPoolSlots ? 1 : 2, Math.Max(2, threads));
        Delete = Math.Clamp(maxSlots / 8, 1, threads);
    }

    /// <summary>Slots that only the cleaner may take.</summary>
    public int Cleaner { get; }

    /// <summary>Further slots that only deletes, expiries and the cleaner may take.</summary>
    public int Delete { get; }

    /// <summary>Slots promised to cleaners for the victims that they have begun.</summary>
    public int Promised => Volatile.Read(ref _promised);

    internal void Promise(int slots)
    {
        Debug.Assert(_promised + slots >= 0, "a promise ends once");
        Volatile.Write(ref _promised, _promised + slots);
    }

    /// <summary>Slots that must stay free when one is opened for this. Holds as well where the device, not the pool's size, ends the growth.</summary>
    public int For(AppendPurpose purpose) => purpose switch
    {
        AppendPurpose.Write => Math.Max(Cleaner, Promised) + Delete,
        AppendPurpose.Delete or AppendPurpose.Flush => Math.Max(Cleaner, Promised),
        _ => 0,
    };
}
