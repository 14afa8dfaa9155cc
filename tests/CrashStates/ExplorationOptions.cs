using Pkv.Persistence.Media;
using Pkv.Tests.Simulation;

namespace Pkv.Tests.CrashStates;

/// <summary>What one stream is to be.</summary>
/// <param name="Seed">Everything that is chosen is chosen by it; only the threads' timing is not.</param>
/// <param name="Profile">What kind of stream.</param>
/// <param name="Kind">On which medium.</param>
/// <param name="Threads">I/O threads of the first life; later ones may have others.</param>
internal sealed record ExplorationOptions(int Seed, StreamProfile Profile, SimulatedKind Kind, int Threads)
{
    private static readonly StreamProfile[] Profiles =
    [
        StreamProfile.Exhaustive, StreamProfile.Exhaustive, StreamProfile.Exhaustive, StreamProfile.Exhaustive,
        StreamProfile.Turnover, StreamProfile.Turnover, StreamProfile.Large, StreamProfile.Chains, StreamProfile.Full,
    ];

    /// <summary>Crash states at most.</summary>
    public int MaxStates { get; init; } = int.MaxValue;

    /// <summary>Puts a mistake between engine and medium.</summary>
    public Func<SimulatedMedium, IMedium>? Break { get; init; }

    /// <summary>Lives of the server: each but the first begins with what a crash left of the one before.</summary>
    public int Lives { get; init; } = 3;

    /// <summary>appendfsync of a medium that needs a sync.</summary>
    public string Fsync { get; init; } = "always";

    /// <summary>The stream of a seed, among all kinds.</summary>
    public static ExplorationOptions Of(int seed)
    {
        Random random = new(seed);
        StreamProfile profile = Profiles[seed % Profiles.Length];
        SimulatedKind kind = random.Next(4) switch { 0 => SimulatedKind.MappedFile, 1 => SimulatedKind.DirectFile, _ => SimulatedKind.PersistentMemory };
        return new ExplorationOptions(seed, profile, kind, random.Next(1, 4))
        {
            Fsync = kind == SimulatedKind.MappedFile && random.Next(3) == 0 ? "everysec" : "always",
        };
    }

    public override string ToString() => $"seed {Seed}: {Profile.Name}, {Kind}, {Fsync}, {Threads} thread(s)";
}
