namespace Pkv.Tests.CrashStates;

/// <summary>What a key holds. Times are known as an interval where they count from the server's clock.</summary>
/// <param name="Value">Null: the key is not there.</param>
/// <param name="ExpiryFrom">Earliest time at which it expires, Unix ms; -1: it does not.</param>
/// <param name="ExpiryTo">Latest such time.</param>
internal readonly record struct KeyState(byte[]? Value, long ExpiryFrom = -1, long ExpiryTo = -1)
{
    // The server's clock is read once a turn, which may have begun before the command was sent.
    private const long ClockSlackMs = 1000;

    public static readonly KeyState Absent = new(null);

    /// <summary>Expires while a test may still run: whether it is there is a matter of the moment.</summary>
    public bool IsShortLived(long nowMs) => Value is not null && ExpiryFrom >= 0 && ExpiryFrom < nowMs + 600_000;

    /// <summary>Whether recovery may have found this for it. One that has expired may be there or not.</summary>
    public bool Allows(in KeyState found, long nowMs)
    {
        // One whose time is over is as good as none, whoever was told that it is gone: where there is no room to log a
        // deletion it stays until there is.
        bool isOver = found.Value is not null && found.ExpiryFrom >= 0 && found.ExpiryFrom <= nowMs;
        if (Value is null)
            return found.Value is null || isOver;
        if (found.Value is null)
            return ExpiryFrom >= 0 && ExpiryFrom - ClockSlackMs <= nowMs;
        if (!ReferenceEquals(found.Value, Value) && !found.Value.AsSpan().SequenceEqual(Value))
            return false;
        return ExpiryFrom < 0 ? found.ExpiryFrom < 0 : found.ExpiryFrom >= ExpiryFrom - ClockSlackMs && found.ExpiryFrom <= ExpiryTo + ClockSlackMs;
    }

    public override string ToString()
    {
        if (Value is null)
            return "absent";
        string text = new([.. Value.Take(24).Select(b => b is > 32 and < 127 ? (char)b : '.')]);
        return $"{Value.Length} bytes '{text}'" + (ExpiryFrom < 0 ? "" : ExpiryFrom == ExpiryTo ? $" until {ExpiryFrom}" : $" until {ExpiryFrom}..{ExpiryTo}");
    }
}
