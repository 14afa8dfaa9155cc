using Xunit;

namespace Pkv.Tests.House;

/// <summary>
/// The ratchet: what breaks a house rule today. The lists may only shrink: a new offender fails, and so does an entry
/// that offends no more (take it out), so that nothing slips back.
/// </summary>
internal static class Offenders
{
    /// <summary>Files longer than the rule, with their length.</summary>
    public static readonly IReadOnlyDictionary<string, int> LongFiles = new Dictionary<string, int>();

    /// <summary>Functions longer than the rule: "file: name", with their length.</summary>
    public static readonly IReadOnlyDictionary<string, int> LongFunctions = new Dictionary<string, int>();

    /// <summary>Forbidden calls: "file: call", with how many there are.</summary>
    public static readonly IReadOnlyDictionary<string, int> ForbiddenCalls = new Dictionary<string, int>();

    /// <summary>Fails where today's offenders are not exactly, or worse than, those that are known.</summary>
    public static void AssertRatchet(IReadOnlyDictionary<string, int> known, IReadOnlyDictionary<string, int> today, string rule)
    {
        List<string> complaints = [];
        foreach ((string what, int count) in today)
        {
            if (!known.TryGetValue(what, out int allowed))
                complaints.Add($"{what} ({count}): {rule}");
            else if (count > allowed)
                complaints.Add($"{what} grew from {allowed} to {count}: {rule}");
        }
        complaints.AddRange(known.Keys.Except(today.Keys).Select(what => $"{what} keeps the rule now: take it out of tests/House/Offenders.cs"));
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }
}
