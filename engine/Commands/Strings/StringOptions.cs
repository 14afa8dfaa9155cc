using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// The options of SET and GETEX. A word may be repeated, the last one counts; words that contradict each other, and
/// words of the other command, are syntax errors. Source: redis.io/commands/set and getex, compared with Redis 7.0.
/// </summary>
internal struct StringOptions
{
    /// <summary>The argument that holds the time; 0: none.</summary>
    public int TimeArg;

    /// <summary>The time is in seconds (EX, EXAT), else in milliseconds.</summary>
    public bool Seconds;

    /// <summary>The time is a Unix time (EXAT, PXAT), else counts from now.</summary>
    public bool Absolute;

    public bool IfAbsent, IfPresent, Get, KeepTtl, Persist;

    private TimeWord _timeWord;

    private enum TimeWord : byte
    {
        None,
        Ex,
        Px,
        ExAt,
        PxAt,
    }

    /// <summary>SET that looks at nothing that was there before.</summary>
    public readonly bool IsPlain => !IfAbsent && !IfPresent && !Get && !KeepTtl;

    /// <summary>Reads the options from an argument on. False: the client has been told.</summary>
    public static bool TryRead(CommandContext context, int first, bool isSet, out StringOptions options)
    {
        options = default;
        for (int i = first; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            bool accepted = isSet ? options.AcceptSetWord(word) : options.AcceptGetExWord(word);
            if (!accepted && i + 1 < context.ArgCount && options.AcceptTimeWord(word))
            {
                options.TimeArg = ++i;
                accepted = true;
            }
            if (!accepted)
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    /// <summary>The time in Unix ms, -1 when none was given. False: the client has been told.</summary>
    public readonly bool TryReadTime(CommandContext context, out long expiryMs)
    {
        expiryMs = -1;
        return TimeArg == 0
            || Expiry.TryRead(context, context.Arg(TimeArg), Seconds, Absolute, mustBePositive: true, out expiryMs);
    }

    private bool AcceptSetWord(ReadOnlySpan<byte> word)
    {
        if (!IfPresent && OptionWord.Is(word, "NX"u8))
            return IfAbsent = true;
        if (!IfAbsent && OptionWord.Is(word, "XX"u8))
            return IfPresent = true;
        if (OptionWord.Is(word, "GET"u8))
            return Get = true;
        return TimeArg == 0 && OptionWord.Is(word, "KEEPTTL"u8) && (KeepTtl = true);
    }

    private bool AcceptGetExWord(ReadOnlySpan<byte> word) => TimeArg == 0 && OptionWord.Is(word, "PERSIST"u8) && (Persist = true);

    private bool AcceptTimeWord(ReadOnlySpan<byte> word)
    {
        TimeWord time = OptionWord.Is(word, "EX"u8) ? TimeWord.Ex
            : OptionWord.Is(word, "PX"u8) ? TimeWord.Px
            : OptionWord.Is(word, "EXAT"u8) ? TimeWord.ExAt
            : OptionWord.Is(word, "PXAT"u8) ? TimeWord.PxAt : TimeWord.None;
        if (time == TimeWord.None || KeepTtl || Persist || (_timeWord != TimeWord.None && _timeWord != time))
            return false;
        _timeWord = time;
        Seconds = time is TimeWord.Ex or TimeWord.ExAt;
        Absolute = time is TimeWord.ExAt or TimeWord.PxAt;
        return true;
    }
}
