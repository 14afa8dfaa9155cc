using Pkv.Tests.Simulation;

namespace Pkv.Tests.CrashStates;

/// <summary>One crash state that was recovered, to be judged once the round's commands are answered.</summary>
/// <param name="Round">What was under way.</param>
/// <param name="AnsweredTick">What was answered by then counts as answered.</param>
/// <param name="SentTick">What was sent by then may be there.</param>
/// <param name="Event">Where the crash was.</param>
/// <param name="Kept">What it kept.</param>
/// <param name="Found">By key: what recovery found; null where it failed.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="OnlyIntact">The medium promises nothing about acknowledged writes here: just that it is no damage.</param>
internal sealed record Trial(Round Round, long AnsweredTick, long SentTick, PersistEvent Event, string Kept, KeyState[]? Found, string? Failure, bool OnlyIntact)
{
    /// <summary>What lay in the image, where it looked wrong.</summary>
    public string Log { get; init; } = "";
}
