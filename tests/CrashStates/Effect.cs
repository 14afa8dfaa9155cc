namespace Pkv.Tests.CrashStates;

/// <summary>What a command does to a key.</summary>
internal enum EffectKind
{
    Put,
    Delete,
    Expire,
    Persist,

    /// <summary>Elements of a collection.</summary>
    Edit,
}

/// <summary>One change of one key, absolute: it can be present although one before it is not.</summary>
/// <param name="Key">Its number among the stream's keys.</param>
/// <param name="Kind">Which change.</param>
/// <param name="Value">Of a Put.</param>
/// <param name="ExpiryFrom">Earliest expiry, Unix ms; -1 for none.</param>
/// <param name="ExpiryTo">Latest: later where it counts from the server's clock.</param>
internal sealed record Effect(int Key, EffectKind Kind, byte[]? Value = null, long ExpiryFrom = -1, long ExpiryTo = -1)
{
    /// <summary>Of an Edit: what becomes of what is there; null stands for no key.</summary>
    public Func<byte[]?, byte[]?>? Edit { get; init; }

    /// <summary>Of a Put: the value of a string that is changed in part. What of it was written earlier can be lost before the change is.</summary>
    public bool IsPart { get; init; }

    /// <summary>What is there afterwards.</summary>
    public KeyState Apply(in KeyState before) => Kind switch
    {
        EffectKind.Put => new KeyState(Value, ExpiryFrom, ExpiryTo),
        EffectKind.Delete => KeyState.Absent,
        EffectKind.Edit => Edit!(before.Value) is { } edited ? new KeyState(edited, before.ExpiryFrom, before.ExpiryTo) : KeyState.Absent,
        _ when before.Value is null => before,
        EffectKind.Expire => new KeyState(before.Value, ExpiryFrom, ExpiryTo),
        _ => new KeyState(before.Value),
    };
}
