using Pkv.Tests.Support;

namespace Pkv.Tests.Differential;

/// <summary>Everything a server holds, as clients see it: by database and key, value and expiry time.</summary>
public static class DataSet
{
    /// <summary>By how much expiry times of two servers that ran the same commands may differ.</summary>
    public const long ClockToleranceMs = 20_000;

    private const int Databases = 16;

    /// <summary>A key's value, and its expiry time in Unix ms: -1 none, null when the server cannot tell.</summary>
    public sealed record Held(string Value, long? ExpiryMs);

    /// <summary>Reads the data set of a server.</summary>
    public static Dictionary<(int Database, string Key), Held> Capture(Func<RespClient> server) => Capture(server, server);

    /// <summary>Reads the data set of a server; the names of the keys are those of another, and those that shapes use.</summary>
    public static Dictionary<(int Database, string Key), Held> Capture(Func<RespClient> server, Func<RespClient> names)
    {
        using RespClient client = server(), asked = names();
        var all = new Dictionary<(int, string), Held>();
        for (int database = 0; database < Databases; database++)
        {
            string number = $"{database}";
            client.Call("SELECT", number);
            asked.Call("SELECT", number);
            // Without KEYS (an error has no items) there are still the keys that shapes use.
            string[] keys = [.. asked.Call("KEYS", "*").Items.Select(key => key.Text).Union(ArgumentKinds.Keys)];
            IReadOnlyList<RespNode> values = client.Pipeline([.. keys.Select(key => new[] { "GET", key })]);
            IReadOnlyList<RespNode> times = client.Pipeline([.. keys.Select(key => new[] { "PEXPIRETIME", key })]);
            for (int i = 0; i < keys.Length; i++)
            {
                if (!values[i].IsNull)
                    all[(database, keys[i])] = new Held(values[i].Text, times[i].IsError ? null : times[i].Integer);
            }
        }

        return all;
    }

    /// <summary>The first difference of two data sets as a text, or null.</summary>
    public static string? Difference(
        Dictionary<(int Database, string Key), Held> one, Dictionary<(int Database, string Key), Held> other, long toleranceMs)
    {
        foreach ((int Database, string Key) key in one.Keys.Union(other.Keys))
        {
            one.TryGetValue(key, out Held? here);
            other.TryGetValue(key, out Held? there);
            bool alike = here is not null && there is not null && here.Value == there.Value;
            if (alike && here!.ExpiryMs is { } hereMs && there!.ExpiryMs is { } thereMs)
                alike = hereMs < 0 == thereMs < 0 && Math.Abs(hereMs - thereMs) <= toleranceMs;
            if (!alike)
                return $"database {key.Database}, key '{key.Key}': {Shown(here)} and {Shown(there)}";
        }

        return null;
    }

    private static string Shown(Held? held) =>
        held is null ? "absent" : $"'{(held.Value.Length > 200 ? held.Value[..200] + "…" : held.Value)}' ({held.Value.Length} bytes) until {held.ExpiryMs}";
}
